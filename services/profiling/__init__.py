"""Profiling: a first look at who people are, so that each is heard in time and by the right body.

Owner: UNHCR, with the staff of partners under its responsibility.
Hears: encounter records, screenings, registrations, protection concerns, erasure notices; what
becomes of referrals, sent and offered.
Announces: CorrectionProposed, JourneyRecorded, what is barred against a person, what was found of
age and place, both halves of a referral, and what a person decides about their own data.

It is not refugee status determination: nothing here judges a claim or a person, and no profile
leaves. Source: 10-Point Plan of Action, point 5.
"""
