"""Profiling over HTTP, for UNHCR's own staff. A route turns a request into a command.

* `wiring`: what do the routes stand on?
* `answers`: what does each answer hold?
* `profiles`: who is to be heard, and what did the conversation find?
* `concerns`: which worry waits, what did the note say, who heard it?
* `operations`: how much waits? (numbers and codes only)
"""
