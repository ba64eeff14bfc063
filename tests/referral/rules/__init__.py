"""Tests of what the referral desk decides."""
