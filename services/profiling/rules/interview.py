"""What a conversation with the person tells others: corrections and tasks.

Source: 10-Point Plan of Action, point 5; that only a clerk of the author corrects an entry is a
Tenpoint design decision.
"""

from datetime import date

import msgspec

from services.profiling.commands import OpenTask, ProposeCorrection
from shared.events.control import TaskOpened
from shared.events.profiling import CorrectionProposed
from shared.kernel.errors import Conflict, Invalid
from shared.kernel.identifiers import PersonRef


class NothingToCorrect(Invalid):
    """No field was said."""

    code = "nothing_to_correct"


class NotInPerson(Conflict):
    """The person did not ask in person."""

    code = "not_in_person"


class TaskEnded(Invalid):
    """The last day of the task has passed."""

    code = "task_ended"


def propose_correction(command: ProposeCorrection, *, person: PersonRef) -> CorrectionProposed:
    """Return the event with exactly the fields that were said.

    Raises:
        NothingToCorrect: no field was said.
        Invalid: the contract does not take a field as it was said.
    """
    fields = command.model_dump(mode="json", exclude_unset=True)
    if not fields:
        raise NothingToCorrect
    if command.identity_papers is not None:
        papers = command.identity_papers
        fields["identity_papers"] = [paper.model_dump(exclude_none=True) for paper in papers]
    try:
        return msgspec.convert({**fields, "person": person}, CorrectionProposed)
    except msgspec.ValidationError:
        raise Invalid(*fields) from None


def open_task(command: OpenTask, *, person: PersonRef, on: date) -> TaskOpened:
    """Return the event of a task that the person asked for.

    Raises:
        NotInPerson: the person did not ask in person, or it was not said.
        TaskEnded: its last day is before `on`.
    """
    if not command.in_person:
        field = "in_person"
        raise NotInPerson(field)
    if command.until < on:
        field = "until"
        raise TaskEnded(field)
    return TaskOpened(person=person, purpose=command.purpose, until=command.until)
