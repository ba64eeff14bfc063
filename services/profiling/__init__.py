"""Profiling: a first look at who people are, so that each is heard in time and by the right body.

Owner: UNHCR, with the staff of partners under its responsibility.
Hears: encounter records, screenings, registrations, protection concerns, erasure notices.
Announces: CorrectionProposed, and what a person decides about their own data.

It is not refugee status determination: nothing here judges a claim or a person, and no profile
leaves. Source: 10-Point Plan of Action, point 5.
"""
