"""Returns: assistance to go home, for those who want it, safely, and free to change their mind.

Owner: IOM.
Hears: registrations, words on age, answers to protection checks, interrupted flows, erasures.
Announces: one word of a return case, countries to which nobody is taken, and what a person decides
about their own data; asks the exchange whether a return is barred.

No return is approved by a machine: what is heard and what falls due can only stop one. Source:
10-Point Plan of Action, point 9.
"""
