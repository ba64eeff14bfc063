"""What profiling decides. Pure: no I/O, no clock, no randomness.

* `described`: what has each agency told, field by field, and what of it must go again?
* `profile`: when must this person be heard, by what is known?
* `concern`: how is a worry about safety received, heard, overdue?
* `interview`: what does a conversation with the person tell others?
* `category`: what follows from a category of profile?
* `talk`: may this interview begin, and what may be asked in it?
* `case`: how does a profile go, from the first interview to its end and anew?
* `protection`: what does UNHCR state to be barred?
"""
