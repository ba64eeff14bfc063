"""Simulated partners: the border's own system, and staff who work the services' HTTP interfaces."""
