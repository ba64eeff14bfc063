"""Tests of what profiling decides."""
