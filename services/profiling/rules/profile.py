"""When must this person be heard, by what is known?

A profile is opened once for a person and never closed by a machine. Its due time only ever comes
nearer: what is absent, cleared or erased moves nothing. Source: 10-Point Plan of Action, point 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from services.profiling.rules.described import Accounts, said
from shared.codes.needs import ReceptionNeed, TopNeed
from shared.codes.people import AgeBand, AgeStatus
from shared.kernel.consent import AgeState
from shared.kernel.dates import may_be_child, range_of
from shared.kernel.identifiers import PersonRef

EMERGENCY: Final = timedelta(hours=24)
"""Source: Inter-Agency Referral Form, field "Priority", emergency."""

URGENT: Final = timedelta(hours=72)
"""Source: Inter-Agency Referral Form, field "Priority", urgent."""

NORMAL: Final = timedelta(weeks=2)
"""Source: Inter-Agency Referral Form, field "Priority", normal."""

END_OF_DAY: Final = time.max.replace(tzinfo=UTC)

CHILD_BANDS: Final = frozenset(
    {AgeBand.FROM_0_TO_4, AgeBand.FROM_5_TO_11, AgeBand.FROM_12_TO_17, AgeBand.CHILD}
)
"""Source: UNHCR Refugee Data Finder, age ranges; Convention on the Rights of the Child, art. 1."""

ADULT_BANDS: Final = frozenset(
    {AgeBand.FROM_18_TO_59, AgeBand.FROM_60, AgeBand.ADULT, AgeBand.OLDER}
)

MEDICAL: Final = frozenset({ReceptionNeed.MEDICAL_EMERGENCY, ReceptionNeed.MEDICAL})
"""Needs of reception that shorten the time as a specific need does: Tenpoint design decision."""


class ProfileState(StrEnum):
    """Of a profile. It moves forward; a new finding or a late concern begins anew with history."""

    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    PAUSED = "PAUSED"
    PRELIMINARY = "PRELIMINARY"
    COUNSELLED = "COUNSELLED"
    REFERRED = "REFERRED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Profile:
    """One person to be heard."""

    person: PersonRef
    opened_at: datetime
    due_at: datetime
    state: ProfileState = ProfileState.OPEN
    concerned: bool = False
    """Whether a concern about the person waits to be heard: such a person comes first."""
    overdue_at: datetime | None = None
    """When the due time was found to have passed unheard."""


def age_of(accounts: Accounts, *, at: datetime) -> AgeState:
    """Return whether the person is treated as a child.

    Child if anybody says so, if a child at any possible date of birth, or if the age is disputed;
    a date that no calendar has may be any date. Adult only if somebody says adult and nobody
    child. Source: Committee on the Rights of the Child, General Comment No. 6, paragraph 31
    (benefit of the doubt).
    """
    bands = set(said(accounts, "age_band"))
    births = [range_of(text) for text in said(accounts, "date_of_birth")]
    young = any(born is None or may_be_child(born, on=at.date()) for born in births)
    if young or bands & CHILD_BANDS or AgeStatus.DISPUTED in said(accounts, "age_status"):
        return AgeState.CHILD
    return AgeState.ADULT if births or bands & ADULT_BANDS else AgeState.UNKNOWN


def strictest(*ages: AgeState) -> AgeState:
    """Return the strictest of several words on an age: child, then adult, then unknown."""
    if AgeState.CHILD in ages:
        return AgeState.CHILD
    return AgeState.ADULT if AgeState.ADULT in ages else AgeState.UNKNOWN


def needs_of(accounts: Accounts) -> frozenset[str]:
    """Return the needs told; an empty answer means that none was told, never that there is none."""
    told = (*said(accounts, "needs"), *said(accounts, "reception_needs"))
    return frozenset(need for needs in told for need in needs)


def is_child_alone(accounts: Accounts) -> bool:
    """Return whether anybody says that this is a child alone."""
    return True in said(
        accounts, "child_alone"
    ) or TopNeed.UNACCOMPANIED_OR_SEPARATED_CHILD in needs_of(accounts)


def due_times(accounts: Accounts, *, at: datetime) -> Iterable[datetime]:
    """Yield every time by which the person must be heard, counted from `at` in elapsed time.

    Child alone: the same day. Specific or medical need, or a child: 72 hours. Everybody: two weeks.
    Source of the classes: Inter-Agency Referral Form, field "Priority"; who falls in which is a
    Tenpoint design decision.
    """
    yield at + NORMAL
    if needs_of(accounts) & {*TopNeed, *MEDICAL} or age_of(accounts, at=at) is AgeState.CHILD:
        yield at + URGENT
    if is_child_alone(accounts):
        yield datetime.combine(at.date(), END_OF_DAY)


def hear_about(
    profile: Profile | None, accounts: Accounts, *, person: PersonRef, at: datetime
) -> Profile:
    """Return the profile of a person who was described: opened, or due sooner, or unchanged."""
    due_at = min(due_times(accounts, at=at))
    if profile is None:
        return Profile(person, opened_at=at, due_at=due_at)
    return replace(profile, due_at=min(profile.due_at, due_at))


def find_overdue(profile: Profile, *, at: datetime) -> Profile:
    """Return the profile marked overdue if its time has passed; early or again changes nothing.

    The due time itself is on time.
    """
    if profile.overdue_at is not None or at <= profile.due_at:
        return profile
    return replace(profile, overdue_at=at)
