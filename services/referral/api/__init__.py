"""The desk over HTTP, for its own staff; the directory is public. A route becomes a command.

* `wiring`: what do the routes stand on, and who may see a sensitive referral?
* `answers`: what does each answer hold?
* `referrals`: which referral waits, for whom, and what does a human do with it?
* `services`: who offers what, where?
* `operations`: how much waits? (numbers and codes only)
"""
