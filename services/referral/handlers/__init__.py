"""Load, decide, save: each within one transaction, with the number of the release in the same.

* `heard`: what is done about each event, and each clock that passes?
* `acts`: what is done about each command?
* `keeping`: how is a referral kept, its clocks set and its offers told, all at once?
"""
