"""Load, decide, save: every function runs inside one transaction.

* `acts`: what does a clerk's act change?
* `safeguards`: is somebody treated as a child, and their place hidden?
* `own`: what has registration learned itself, that a payload may hold?
* `heard`: what does an event that was heard change, or a clock that has passed?
"""
