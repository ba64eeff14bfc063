"""A worry about a person's safety: received at once, heard first, never closed by a machine.

No rule asks for a reason. Source: 10-Point Plan of Action, points 3 and 5; UNHCR Executive
Committee, Conclusion No. 93 (2002).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Self

from services.profiling.rules.described import Erasure
from services.profiling.rules.profile import EMERGENCY, Profile
from shared.events.control import ProtectionConcernRaised
from shared.events.event import Absent
from shared.events.sealed import Sealed
from shared.kernel.agencies import Role
from shared.kernel.categories import Category
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.identifiers import PersonRef

NAME: Final = re.compile(r"(?P<partition>[0-9]{1,5})-(?P<number>[0-9]{1,18})")


class AlreadyHeard(Conflict):
    """The concern has been heard."""

    code = "already_heard"


class ConcernState(StrEnum):
    """Of a concern. There is no state in which it is dropped."""

    OPEN = "OPEN"
    OVERDUE = "OVERDUE"
    HEARD = "HEARD"


class NoteState(StrEnum):
    """What can be said about the note that came with a concern."""

    NONE = "NONE"
    SEALED = "SEALED"
    ERASED = "ERASED"


class Release(NamedTuple):
    """The release that told a concern; also its name, as it tells nothing about the person."""

    partition: int
    number: int

    @property
    def text(self) -> str:
        """The name of the concern in addresses and clocks."""
        return f"{self.partition}-{self.number}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the release of a name.

        Raises:
            NotFound: it is no such name.
        """
        match = NAME.fullmatch(text)
        if match is None:
            raise NotFound
        return cls(int(match["partition"]), int(match["number"]))


@dataclass(frozen=True, slots=True)
class Concern:
    """One worry, with a clock of its own."""

    release: Release
    person: PersonRef
    raised_at: datetime
    due_at: datetime
    state: ConcernState = ConcernState.OPEN
    heard_at: datetime | None = None
    heard_by: Role | None = None
    note: Sealed | None = None
    note_state: NoteState = NoteState.NONE

    @property
    def in_time(self) -> bool | None:
        """Whether it was heard by its due time; None while it waits."""
        return None if self.heard_at is None else self.heard_at <= self.due_at


def raise_concern(event: ProtectionConcernRaised, release: Release, *, at: datetime) -> Concern:
    """Return the concern that an event raises, due 24 hours after it was received."""
    sealed = None if isinstance(event.note, Absent) else event.note
    return Concern(
        release,
        person=event.person,
        raised_at=at,
        due_at=at + EMERGENCY,
        note=sealed,
        note_state=NoteState.NONE if sealed is None else NoteState.SEALED,
    )


def is_same(one: Concern, other: Concern) -> bool:
    """Return whether two concerns are one: told by one release, or under one sealed note.

    Two concerns without a note are never taken for one. Source: Tenpoint design decision.
    """
    return one.release == other.release or (one.note is not None and one.note == other.note)


def hear_first(profile: Profile | None, concern: Concern) -> Profile:
    """Return the profile of a person about whom a concern waits: opened if there is none."""
    if profile is None:
        profile = Profile(concern.person, opened_at=concern.raised_at, due_at=concern.due_at)
    return replace(profile, concerned=True, due_at=min(profile.due_at, concern.due_at))


def hear(concern: Concern, *, by: Role, at: datetime) -> Concern:
    """Return the concern as heard by somebody in a role, in time or late.

    Raises:
        AlreadyHeard: somebody has heard it before.
    """
    if concern.state is ConcernState.HEARD:
        raise AlreadyHeard
    return replace(concern, state=ConcernState.HEARD, heard_at=at, heard_by=by)


def after_hearing(profile: Profile, concerns: Iterable[Concern]) -> Profile:
    """Return the profile after a hearing: first in the list while any concern still waits."""
    waiting = any(concern.state is not ConcernState.HEARD for concern in concerns)
    return replace(profile, concerned=waiting)


def find_overdue(concern: Concern, *, at: datetime) -> Concern:
    """Return the concern marked overdue if it waits and its time has passed.

    The due time itself is on time.
    """
    if concern.state is not ConcernState.OPEN or at <= concern.due_at:
        return concern
    return replace(concern, state=ConcernState.OVERDUE)


def erase_note(concern: Concern, erasure: Erasure) -> Concern:
    """Return the concern without its note, if that is to be erased.

    The concern itself stands, and so does its clock.
    """
    if concern.note is None or not erasure.covers(*concern.release, {Category.FEAR_OF_RETURN}):
        return concern
    return replace(concern, note=None, note_state=NoteState.ERASED)
