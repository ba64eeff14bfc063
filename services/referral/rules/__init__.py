"""What the referral desk decides. Pure: no I/O, no clock, no randomness.

* `record`: what is a referral, what an offer, what has happened to it?
* `clocks`: by when must somebody act, and what if nobody does?
* `heard`: what does the word of a sender, or of the exchange, change?
* `answers`: what does the answer of a provider change?
* `acts`: what may the desk's own staff do?
* `routing`: who can be asked, and who is asked without a human's choice?
* `steps`: by when must a step of a pathway be reached?
"""
