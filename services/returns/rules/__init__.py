"""What returns decides. Pure: no I/O, no clock, no randomness.

* `gate`: which of six checks stand? (unknown is no)
* `travel`: where is nobody taken, and what may a paper request for a travel document say?
* `case`: what is remembered of a return, and which states are there?
* `application`: from a question to an application: was the choice informed, and whose is it?
* `return_case`: do all checks still stand, and may the person still say no?
* `arrival`: what happens after somebody has left?
* `telling`: which one word do others hear?
* `described`: what was told of a person, as far as a return needs it, and what of it must go?
"""
