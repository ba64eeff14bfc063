"""Load, decide, save: each function runs inside one transaction.

* `profiles`: how is a profile with its clock saved?
* `heard`: what does an event that was heard change, or a clock that has passed?
* `acts`: what does a conversation tell others; which concern was heard?
* `cases`: how does a profile go: interview, findings, counselling, end?
* `protection`: what is stated to be barred?
* `safeguards`: is somebody treated as a child, and their place hidden?
* `own`: what has UNHCR learned itself, that a payload may hold?
"""

from services.profiling.handlers.acts import hear_concern, open_task, propose_correction
from services.profiling.handlers.heard import (
    on_clock_passed,
    on_concern_raised,
    on_encounter_recorded,
    on_erasure_asked,
    on_person_described,
    on_restate_asked,
)
from services.profiling.handlers.profiles import CONCERN, PROFILE

__all__ = [
    "CONCERN",
    "PROFILE",
    "hear_concern",
    "on_clock_passed",
    "on_concern_raised",
    "on_encounter_recorded",
    "on_erasure_asked",
    "on_person_described",
    "on_restate_asked",
    "open_task",
    "propose_correction",
]
