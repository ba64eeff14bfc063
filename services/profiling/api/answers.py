"""What the answers hold. A field that nobody told does not appear: it is never shown as "no"."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel

from services.profiling.rules.concern import Concern, ConcernState, NoteState
from services.profiling.rules.profile import Profile, ProfileState
from shared.events.sealed import Sealed
from shared.kernel.agencies import Agency, Role
from shared.kernel.consent import AgeState
from shared.kernel.errors import Refusal
from shared.kernel.identifiers import EncounterRef, EventRef, PersonRef


class ProfileLine(BaseModel):
    """One person in the work list."""

    person: PersonRef
    state: ProfileState
    opened_at: datetime
    due_at: datetime
    overdue: bool
    concern: bool
    """Whether a concern waits to be heard: such a person comes first."""

    @classmethod
    def of(cls, profile: Profile, **more: Any) -> Self:  # noqa: ANN401 - fields of a subclass
        """Return the line of a profile."""
        return cls(
            person=profile.person,
            state=profile.state,
            opened_at=profile.opened_at,
            due_at=profile.due_at,
            overdue=profile.overdue_at is not None,
            concern=profile.concerned,
            **more,
        )


class ProfilePage(BaseModel):
    """A part of the work list."""

    profiles: list[ProfileLine]
    next: str | None = None


class ConcernLine(BaseModel):
    """One worry about a person's safety."""

    id: str
    person: PersonRef
    state: ConcernState
    raised_at: datetime
    due_at: datetime
    heard_at: datetime | None
    heard_by: Role | None
    in_time: bool | None
    """Whether it was heard by its due time; null while it waits."""

    @classmethod
    def of(cls, concern: Concern, **more: Any) -> Self:  # noqa: ANN401 - fields of a subclass
        """Return the line of a concern."""
        return cls(
            id=concern.release.text,
            person=concern.person,
            state=concern.state,
            raised_at=concern.raised_at,
            due_at=concern.due_at,
            heard_at=concern.heard_at,
            heard_by=concern.heard_by,
            in_time=concern.in_time,
            **more,
        )


class ConcernPage(BaseModel):
    """A part of the list of concerns."""

    concerns: list[ConcernLine]
    next: str | None = None


class ProfileView(ProfileLine):
    """One person: what each agency has told, and which concerns there are."""

    treated_as_child: AgeState
    """`UNKNOWN` is to be treated as a child where it protects."""
    told: dict[Agency, dict[str, Any]]
    concerns: list[ConcernLine]


class NoteRead(StrEnum):
    """What became of the note when it was opened."""

    NONE = "NONE"
    READ = "READ"
    UNREADABLE = "UNREADABLE"
    ERASED = "ERASED"


class ConcernView(ConcernLine):
    """One concern with its note. An unreadable note takes nothing from the concern."""

    note: str | None
    note_state: NoteRead

    @classmethod
    def opened(cls, concern: Concern, open_note: Callable[[Sealed], str]) -> Self:
        """Return the concern with its note opened, if it can be."""
        note, state = None, NoteRead.NONE
        if concern.note_state is NoteState.ERASED:
            state = NoteRead.ERASED
        elif concern.note is not None:
            try:
                note, state = open_note(concern.note), NoteRead.READ
            except Refusal:
                state = NoteRead.UNREADABLE
        return cls.of(concern, note=note, note_state=state)


class Arrival(BaseModel):
    """People said to arrive together; null people means that nobody told how many."""

    encounter: EncounterRef
    people: int | None


class ArrivalPage(BaseModel):
    """A part of the list of arrivals."""

    arrivals: list[Arrival]
    next: str | None = None


class Announced(BaseModel):
    """The reference of the event that goes out."""

    event: EventRef
