"""From a first question to an application: was the choice informed, and by whom was it made?

Source: IOM, A Framework for Assisted Voluntary Return and Reintegration (2018); UNHCR, Return of
people not in need of international protection, for the alternatives. That whoever is detained
needs an independent counsellor is a Tenpoint design decision.
"""

from datetime import date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from services.returns.commands import ApplyForReturn, RecordCounselling, RecordEnquiry, Topic
from services.returns.rules.case import Case, State, move, refuse_unless
from services.returns.rules.gate import ConsentMissing
from shared.casework.rules.person import GIVERS, InformationNotGiven
from shared.codes.places import NOT_KNOWN, STATELESS
from shared.codes.protection import Barred
from shared.events.control import TaskOpened
from shared.kernel.agencies import Purpose
from shared.kernel.consent import AgeState, Giver
from shared.kernel.errors import Conflict, Invalid

ALTERNATIVES: Final = frozenset({Topic.ASYLUM, Topic.STAY, Topic.OTHER_ROUTES})
"""What a person is told of beside return. Source: 10-Point Plan of Action, point 9."""


TASK_LASTS: Final = timedelta(days=365)
"""Last day of IOM's task, should nothing end it before. Source: Tenpoint design decision."""


class NotCounselled(Conflict):
    """The person was not counselled yet."""

    code = "not_counselled"


class AlternativesNotExplained(Conflict):
    """Return was explained and not everything else."""

    code = "alternatives_not_explained"


class IndependentCounsellorMissing(Conflict):
    """Whoever is detained, or may be, must be counselled by somebody independent."""

    code = "independent_counsellor_missing"


class RefugeeNeedsVolrep(Conflict):
    """Somebody who has protection is helped to return as a refugee, with UNHCR."""

    code = "refugee_needs_volrep"


def enquire(case: Case, command: RecordEnquiry, *, on: date) -> tuple[Case, TaskOpened | None]:
    """Return the case of a person who asked about return, and the task that this gives IOM.

    Only who asked in person gives IOM a task. A referral that is said replaces what was known.
    """
    referral = command.referral or case.referral
    if not command.in_person:
        return replace(case, referral=referral), None
    told = TaskOpened(person=case.person, purpose=Purpose.RETURN_VOLUNTARY, until=on + TASK_LASTS)
    return replace(case, referral=referral, tasked=True), told


def counsel(case: Case, command: RecordCounselling, *, at: datetime) -> Case:
    """Return the case of a person who was told of everything.

    Raises:
        OutOfOrder: the person has applied already, or the case is over.
        InformationNotGiven: something was not told, or not understood.
        AlternativesNotExplained: asylum, stay or other routes were not told of.
        IndependentCounsellorMissing: the person is detained, or may be, and nobody else spoke.
    """
    refuse_unless(case, State.ENQUIRY, State.COUNSELLED)
    missing = frozenset(Topic) - set(command.explained)
    if missing & ALTERNATIVES:
        field = "explained"
        raise AlternativesNotExplained(field)
    if missing or not command.understood:
        raise InformationNotGiven
    detained = command.detained is not False
    if detained and not command.independent_counsellor:
        field = "independent_counsellor"
        raise IndependentCounsellorMissing(field)
    return replace(move(case, State.COUNSELLED, at=at), detained=detained)


def apply(case: Case, command: ApplyForReturn, *, age: AgeState, at: datetime) -> Case:
    """Return the case of a person who applied.

    Raises:
        NotCounselled: nobody has told the person of everything yet.
        OutOfOrder: the person has applied already, or the case is over.
        ConsentMissing: nobody who can consent at that age has done so.
        RefugeeNeedsVolrep: the person says, or may say, to have protection.
        Invalid: the country of return is not known, or there is none.
    """
    if case.state is State.ENQUIRY:
        raise NotCounselled
    refuse_unless(case, State.COUNSELLED)
    if not may_consent(command.giver, age):
        field = "giver"
        raise ConsentMissing(field)
    if command.kind is Barred.ASSISTED_RETURN and command.says_protected is not False:
        raise RefugeeNeedsVolrep
    if command.country in (STATELESS, NOT_KNOWN):
        field = "country"
        raise Invalid(field)
    return replace(
        move(case, State.APPLIED, at=at),
        kind=Barred(command.kind),
        country=command.country,
        area=command.area,
        giver=command.giver,
    )


def may_consent(giver: Giver | None, age: AgeState) -> bool:
    """Return whether somebody can consent for a person of that age; unknown counts as child."""
    return giver in GIVERS[age]
