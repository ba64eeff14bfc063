"""Codes of the field."""
