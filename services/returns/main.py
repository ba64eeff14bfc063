"""Returns put together."""
