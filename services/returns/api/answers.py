"""What the answers hold. A field that nobody told does not appear: it is never shown as "no"."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel

from services.returns.commands import Alternative, Answer, ClosedFor, Help
from services.returns.rules.case import Case, State
from services.returns.rules.gate import Check
from services.returns.store import Step
from shared.codes.protection import Barred
from shared.kernel.agencies import Role
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import PersonRef, ReturnRef


class Kept(BaseModel):
    """The state of a case after an act."""

    state: State


class Opened(BaseModel):
    """The reference of a case."""

    case: ReturnRef


class Checks(BaseModel):
    """How each of the six checks stands now; unknown counts as no."""

    voluntary: Answer
    screened: Answer
    protection: Answer
    fit: Answer
    documented: Answer
    safe: Answer

    @classmethod
    def of(cls, standing: Mapping[Check, Answer]) -> Self:
        """Return the checks as they stand."""
        return cls.model_validate({check.lower(): answer for check, answer in standing.items()})


class CaseLine(BaseModel):
    """One case in the work list."""

    case: ReturnRef
    person: PersonRef
    state: State
    since: datetime
    overdue: bool
    """Whether what the case waits for has fallen due."""

    @classmethod
    def of(cls, case: Case, **more: Any) -> Self:  # noqa: ANN401 - fields of a subclass
        """Return the line of a case."""
        return cls(
            case=case.reference,
            person=case.person,
            state=case.state,
            since=case.since,
            overdue=case.overdue_at is not None,
            **more,
        )


class CasePage(BaseModel):
    """A part of the work list."""

    cases: list[CaseLine]
    next: str | None = None


class StepLine(BaseModel):
    """When a case came into a state; by a member of staff in a role, or null for what was heard."""

    state: State
    at: datetime
    by: Role | None


class CaseView(CaseLine):
    """One case. Of one that ended before departure there is its line, and nothing of a return."""

    kind: Barred | None
    country: str | None
    area: str | None
    detained: bool | None
    alternatives: list[Alternative]
    checks: Checks | None
    """Null for a case in which nothing is checked any more."""
    leaves_at: datetime | None
    transits: list[str]
    reconfirmed_at: datetime | None
    requested_on: date | None
    arrived_on: date | None
    help: list[Help]
    contact_until: date | None
    monitored: list[Answer]
    steps: list[StepLine]
    treated_as_child: AgeState
    """`UNKNOWN` is to be treated as a child where it protects."""
    told: dict[str, Any]

    @classmethod
    def seen(
        cls,
        case: Case,
        *,
        checks: Checks | None,
        steps: Sequence[Step],
        age: AgeState,
        told: dict[str, Any],
    ) -> Self:
        """Return all that staff sees of a case."""
        return cls.of(
            case,
            kind=case.kind,
            country=case.country,
            area=case.area,
            detained=case.detained,
            alternatives=list(case.alternatives),
            checks=checks,
            leaves_at=case.leaves_at,
            transits=list(case.transits),
            reconfirmed_at=case.reconfirmed_at,
            requested_on=case.requested_on,
            arrived_on=case.arrived_on,
            help=list(case.help),
            contact_until=case.contact_until,
            monitored=list(case.monitored),
            steps=[StepLine(**step._asdict()) for step in steps],
            treated_as_child=age,
            told=told,
        )


class ClosedPlace(BaseModel):
    """A country, or an area of it, to which nobody is taken."""

    country: str
    area: str | None
    since: date
    reason: ClosedFor


class ClosedPlaces(BaseModel):
    """All places to which nobody is taken."""

    closed: list[ClosedPlace]
