"""Codes of the field, each with its source. Different code systems are different types."""
