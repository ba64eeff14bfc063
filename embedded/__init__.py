"""The single-process mode: every service, the exchange, keys and tokens side by side.

A development aid for the test country, not a boundary: whoever owns the process owns all of it.
The only package that knows every service.
"""
