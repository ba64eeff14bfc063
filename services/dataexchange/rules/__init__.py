"""The rules of the exchange: pure functions without clock, key, network or database."""
