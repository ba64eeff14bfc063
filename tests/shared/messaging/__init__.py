"""Tests of shared.messaging."""
