"""The exchange's HTTP edge: what goes over it, and a partner's own way to it."""
