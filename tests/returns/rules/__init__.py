"""Tests of what returns decides."""
