"""A referral's flow: who sent it, who was offered it, who took it, and what may follow.

* `state`: where does a referral stand, and what does its person have to do with it?
* `steps`: which step may follow, and what is each refused step called?
* `hearing`: which parties hear a step, and how much of it?
* `acts`: what does a step change for the person, and who must hear that it cannot go on?
"""
