"""Tests of the referral desk."""
