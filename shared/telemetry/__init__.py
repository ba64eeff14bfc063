"""How services are observed: logs without personal data."""
