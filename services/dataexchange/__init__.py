"""Data exchange: what may cross between agencies, and the proof afterwards.

Owner: the neutral operator, under a joint data-protection board.
Hears: every agency's events and control topics.
Announces: every agency's own stream.
"""
