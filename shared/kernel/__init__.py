"""The words and small pure tools that every agency agrees on. No I/O."""
