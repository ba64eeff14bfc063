"""The referral desk: who is asked next, by when, and what if nobody answers.

Owner: the neutral desk of all partners, hosted by one of them.
Hears: requests, answers and ends of referrals, capacities, interruptions, erasure notices.
Announces: ReferralOffered, ReferralEscalated, ReferralExpired.

It knows what, where and by when, and never who: a card under a reference of its own. Nobody here
accepts for a provider. Source: 10-Point Plan of Action, points 5 and 6; IASC, Inter-Agency Referral
Form and Guidance Note (2017); UN Women, guiding principles of referral.
"""
