"""What happens after somebody has left: arrival, help to begin anew, visits with their consent.

Source: IOM, Reintegration Handbook (2019); visits after 3, 6 and 12 months, and only with consent
to be contacted, are a Tenpoint design decision.
"""

import calendar
from datetime import date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from services.returns.commands import PlanReintegration, RecordMonitoring
from services.returns.rules.application import may_consent
from services.returns.rules.case import Case, OutOfOrder, State, move, refuse_unless
from services.returns.rules.return_case import TooEarly
from shared.kernel.consent import AgeState
from shared.kernel.errors import Conflict

VISITS_MONTHS: Final = (3, 6, 12)
"""When visits fall due after arrival."""

ARRIVES_WITHIN: Final = timedelta(hours=72)
"""After that a human asks where the person is. Source: Tenpoint design decision."""


class NotDeparted(Conflict):
    """The person has not left."""

    code = "not_departed"


class ContactNotConsented(Conflict):
    """The person has not consented to be contacted, or not any more."""

    code = "contact_not_consented"


class MonitoringDue(Conflict):
    """Visits that the person has consented to are still to come."""

    code = "monitoring_due"


def arrive(case: Case, *, at: datetime) -> Case:
    """Return the case of a person whom IOM's own staff has met on arrival.

    Raises:
        NotDeparted: the person has not left.
        OutOfOrder: the person has arrived before.
    """
    if case.state is not State.DEPARTED:
        refuse_before_arrival(case)
        raise OutOfOrder
    return replace(move(case, State.ARRIVED, at=at), arrived_on=at.date())


def plan(case: Case, command: PlanReintegration, *, age: AgeState, at: datetime) -> Case:
    """Return the case with what help there will be; a new plan replaces the one before.

    Raises:
        NotDeparted: the person has not arrived.
        OutOfOrder: the case is over.
    """
    refuse_before_arrival(case)
    refuse_unless(case, State.ARRIVED, State.REINTEGRATING)
    consented = may_consent(command.contact_giver, age)
    until = command.contact_until if consented else None
    planned = replace(case, help=command.help, contact_until=until, overdue_at=None)
    return planned if case.state is State.REINTEGRATING else move_on(planned, at=at)


def move_on(case: Case, *, at: datetime) -> Case:
    """Return the case with reintegration begun."""
    return move(case, State.REINTEGRATING, at=at)


def monitor(case: Case, command: RecordMonitoring, *, at: datetime) -> Case:
    """Return the case with one more visit.

    Raises:
        NotDeparted: the person has not arrived.
        OutOfOrder: reintegration has not begun, or all visits are done.
        ContactNotConsented: the person does not want to be contacted.
        TooEarly: the next visit is not due.
    """
    refuse_before_arrival(case)
    refuse_unless(case, State.REINTEGRATING)
    if not may_contact(case, on=at.date()):
        raise ContactNotConsented
    due = next_visit(case)
    if due is None:
        raise OutOfOrder
    if at.date() < due:
        raise TooEarly
    return replace(case, monitored=(*case.monitored, command.safe), overdue_at=None)


def close(case: Case, *, at: datetime) -> Case:
    """Return the case closed by a human.

    Raises:
        NotDeparted: the person has not arrived.
        OutOfOrder: reintegration has not begun, or the case is over.
        MonitoringDue: a visit that the person consented to is still to come.
    """
    refuse_before_arrival(case)
    refuse_unless(case, State.REINTEGRATING)
    due = next_visit(case)
    if due is not None and may_contact(case, on=max(due, at.date())):
        raise MonitoringDue
    return move(case, State.CLOSED, at=at)


def refuse_before_arrival(case: Case) -> None:
    """Refuse what comes after arrival; raises NotDeparted for a person who is not there yet."""
    if case.arrived_on is None:
        raise NotDeparted


def may_contact(case: Case, *, on: date) -> bool:
    """Return whether the person consents to be contacted on a day."""
    return case.contact_until is not None and on <= case.contact_until


def next_visit(case: Case) -> date | None:
    """Return when the next visit falls due; None if nobody has arrived or all are done."""
    if case.arrived_on is None or len(case.monitored) >= len(VISITS_MONTHS):
        return None
    return months_after(case.arrived_on, VISITS_MONTHS[len(case.monitored)])


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
