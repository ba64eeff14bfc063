"""Tests of the profiling service."""
