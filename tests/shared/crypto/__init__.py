"""Tests of shared.crypto."""
