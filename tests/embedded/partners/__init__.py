"""Tests of the simulated partners."""
