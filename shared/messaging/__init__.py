"""How events travel: one port, its adapters, and who may use which topic."""
