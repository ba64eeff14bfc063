"""Tests of shared.web."""
