"""The command line `tenpoint`."""
