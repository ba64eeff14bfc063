"""The words that everything is made of."""
