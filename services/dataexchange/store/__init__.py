"""What the exchange remembers: the log, what may flow, and what is still to be said."""
