"""Who is registered, treated as a child or not, and what changed since?

Nobody is refused for papers, consent or motive. Source: 10-Point Plan of Action, point 4; UNHCR
Executive Committee, Conclusion No. 91 (2001), (b). History is never overwritten: every change is
a new version. Tenpoint design decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import msgspec

from services.registration.commands import Paper, RegisterPerson, Said, UpdatePerson
from services.registration.rules.age import age_state, band_at, band_of
from services.registration.rules.stated import (
    ARRIVED_ON,
    DATE_OF_BIRTH,
    refuse_future,
    refuse_unreadable,
)
from shared.casework.commands import StateSafeguards
from shared.casework.rules import state_safeguards
from shared.codes.people import AgeBand, AgeStatus, State
from shared.codes.places import NumberText
from shared.events.control import SafeguardsStated
from shared.events.event import ABSENT, Event
from shared.events.registration import (
    Identity,
    IdentityPaper,
    PersonRegistered,
    PersonState,
    RegistrationUpdated,
)
from shared.kernel.errors import Conflict, Invalid
from shared.kernel.identifiers import EncounterRef, PersonRef

IDENTITY: Final = frozenset(Identity.__struct_fields__)
WRISTBAND: Final = "wristband"
AGE_STATUS: Final = "age_status"
AGE: Final = (DATE_OF_BIRTH, "age", "age_not_known")
"""Fields of which one must be said."""


class InformationNotGiven(Conflict):
    """The person was not told yet what registration is for.

    Source: UNHCR, Guidance on Registration and Identity Management, 5.2.
    """

    code = "information_not_given"


class AlreadyRegistered(Conflict):
    """The person is registered under this reference; changes are an update."""

    code = "already_registered"


class WristbandUnknown(Conflict):
    """No one who waits bears this wristband, or more than one does.

    It may have been used, or the handover was not heard yet: the person can be taken from the
    list of those who wait, or registered without it.
    """

    code = "wristband_unknown"


class AgeUnknown(Invalid):
    """Neither a date of birth nor an age was said, nor that they are not known."""

    code = "age_unknown"


class StatedAgeKept(Conflict):
    """The result of an age assessment never overwrites what the person said.

    Source: Committee on the Rights of the Child, General Comment No. 6 (2005), paragraph 31.
    """

    code = "stated_age_kept"


class AlreadyDecided(Conflict):
    """Somebody has decided on this correction before."""

    code = "already_decided"


class NothingSaid(Invalid):
    """The change names no field."""

    code = "nothing_said"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person whom the border announced, as far as registering them needs it."""

    person: PersonRef
    encounter: EncounterRef | None
    registered: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person: the state as last told, and what only registration keeps."""

    state: PersonState
    version: int
    hide_location: bool | None
    """None if not asked, which counts as hidden."""
    encounter: EncounterRef | None = None
    stated: StateSafeguards | None = None
    """What a caseworker has stated of age and place, beside what is registered."""


def register(
    command: RegisterPerson,
    waiting: Waiting | None,
    *,
    person: PersonRef,
    number: NumberText,
    at: datetime,
    stated: StateSafeguards | None = None,
) -> tuple[SafeguardsStated, PersonRegistered]:
    """Return what is told of a first registration: the safeguards, then the person.

    Args:
        command: what the person says.
        waiting: the border's announcement of the person, or None for a walk-in.
        person: the border's reference where there is one, else a new one.
        number: a fresh registration number.
        at: time of registration, in UTC.
        stated: what a caseworker has stated of age and place while the person waited.

    Raises:
        InformationNotGiven: the person was not told what registration is for.
        WristbandUnknown: a wristband was read and found nobody who waits.
        AlreadyRegistered: the person is registered.
        AgeUnknown: neither date of birth nor age, nor that it is not known, was said.
        BornInTheFuture: every possible date of birth is after this day.
    """
    if not command.information_given:
        raise InformationNotGiven
    if command.wristband is not None and waiting is None:
        raise WristbandUnknown(WRISTBAND)
    if waiting is not None and waiting.registered:
        raise AlreadyRegistered
    if command.date_of_birth is None and command.age is None and not command.age_not_known:
        raise AgeUnknown(*AGE)
    said = facts_of(command, on=at.date())
    if command.age_not_known and said.get("age_band") is None:
        said["age_band"] = AgeBand.UNKNOWN
    registered = PersonRegistered(
        person=person, registration_no=number, level=command.level, state=State.ACTIVE, **said
    )
    known = Person(registered, 1, command.hide_location, stated=stated)
    return safeguards(known, on=at.date()), registered


def update(
    command: UpdatePerson, person: Person, *, at: datetime
) -> tuple[tuple[Event, ...], Person]:
    """Return what is told of a change, the whole current state last, and the person after it.

    A change to what is already registered tells nothing.

    Raises:
        NothingSaid: the command names no field.
        StatedAgeKept: an assessed age would overwrite the stated one.
        BornInTheFuture: every possible date of birth is after this day.
    """
    if not command.model_fields_set:
        raise NothingSaid
    said = facts_of(command, on=at.date())
    if command.level is not None:
        said["level"] = command.level
    hidden = person.hide_location
    if "hide_location" in command.model_fields_set:
        hidden = command.hide_location
    return change(person, said, hide_location=hidden, at=at)


def correct(
    proposed: Identity, person: Person, *, at: datetime
) -> tuple[tuple[Event, ...], Person]:
    """Return what is told when a clerk takes over a proposed correction; see `update`.

    Raises:
        StatedAgeKept: an assessed age would overwrite the stated one.
        NotADate: the calendar does not have the proposed date of birth, or of arrival.
        BornInTheFuture: every possible date of birth is after this day.
    """
    said = {name: value for name in IDENTITY if (value := getattr(proposed, name)) is not ABSENT}
    for name in (DATE_OF_BIRTH, ARRIVED_ON):
        refuse_unreadable(said.get(name), name)
    born = said.get(DATE_OF_BIRTH)
    if born is not None:
        refuse_future(born, on=at.date())
    if "date_of_birth" in said and "age_band" not in said:
        said["age_band"] = AgeBand.UNKNOWN if born is None else band_at(born, on=at.date())
    return change(person, said, hide_location=person.hide_location, at=at)


def change(
    person: Person, said: Mapping[str, Any], *, hide_location: bool | None, at: datetime
) -> tuple[tuple[Event, ...], Person]:
    """Return what is told of changed facts, and the person after them."""
    if said.get("age_status") is AgeStatus.ASSESSED and {"date_of_birth", "age_band"} & said.keys():
        raise StatedAgeKept(AGE_STATUS)
    after = replace(
        person,
        state=msgspec.structs.replace(person.state, **said),
        version=person.version + 1,
        hide_location=hide_location,
    )
    before, now = safeguards(person, on=at.date()), safeguards(after, on=at.date())
    if after.state == person.state and hide_location is person.hide_location:
        return (), person
    told = whole_state(after.state)
    return ((told,) if now == before else (now, told)), after


def whole_state(state: PersonState) -> RegistrationUpdated:
    """Return the whole current state, as every change and every restatement tells it."""
    return RegistrationUpdated(**msgspec.structs.asdict(state))


def safeguards(person: Person, *, on: date) -> SafeguardsStated:
    """Return registration's own word on age and place; place not asked is not told: hidden."""
    own = SafeguardsStated(
        person=person.state.person,
        treated_as_child=age_state(person.state, on=on),
        hide_location=ABSENT if person.hide_location is None else person.hide_location,
    )
    return own if person.stated is None else state_safeguards(person.stated, own.person, own)


def facts_of(command: Said, *, on: date) -> dict[str, Any]:
    """Return the fields that were asked, as the contract writes them; others stay absent.

    Raises:
        BornInTheFuture: every possible date of birth is after the day.
    """
    asked = command.model_fields_set
    said = {name: getattr(command, name) for name in IDENTITY & asked}
    if command.identity_papers is not None:
        said["identity_papers"] = tuple(paper_of(paper) for paper in command.identity_papers)
    if command.date_of_birth is not None:
        refuse_future(command.date_of_birth, on=on)
        said["age_band"] = band_at(command.date_of_birth, on=on)
    elif command.age is not None:
        said["age_band"] = band_of(command.age)
    elif {"date_of_birth", "age"} & asked:
        said["age_band"] = AgeBand.UNKNOWN
    return said


def paper_of(paper: Paper) -> IdentityPaper:
    """Return one identity paper as the contract writes it."""
    return IdentityPaper(
        kind=paper.kind,
        number=ABSENT if paper.number is None else paper.number,
        issuer=ABSENT if paper.issuer is None else paper.issuer,
    )
