"""Tests of what every service remembers with."""
