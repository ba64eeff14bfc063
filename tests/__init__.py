"""Tests of Tenpoint; the tree mirrors the code."""
