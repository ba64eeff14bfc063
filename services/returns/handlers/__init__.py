"""Load, decide, save: one function for each command, each event heard and each clock.

* `saving`: how is a case kept, and what follows from its change?
* `people`: is a person known here, and treated as a child?
* `before`: what leads to a departure, and what stops it?
* `after`: what comes after one?
* `places`: to which places is nobody taken?
* `heard`: what do other agencies and clocks change? (they never carry a case forward)
"""
