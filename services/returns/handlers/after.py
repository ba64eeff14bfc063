"""Load, decide, save: what comes after a departure."""

from services.returns.commands import PlanReintegration, RecordMonitoring
from services.returns.handlers.before import Act
from services.returns.handlers.people import get_age
from services.returns.rules import arrival
from services.returns.rules.case import Case
from shared.kernel.identifiers import ReturnRef


def arrive(reference: ReturnRef, *, act: Act) -> Case:
    """Record that IOM's own staff has met the person on arrival."""
    return act.change(reference, lambda case: arrival.arrive(case, at=act.at))


def plan(reference: ReturnRef, command: PlanReintegration, *, act: Act) -> Case:
    """Record what help there will be, and whether the person consents to be contacted."""

    def rule(case: Case) -> Case:
        age = get_age(case.person, store=act.store, at=act.at)
        return arrival.plan(case, command, age=age, at=act.at)

    return act.change(reference, rule)


def monitor(reference: ReturnRef, command: RecordMonitoring, *, act: Act) -> Case:
    """Record a visit."""
    return act.change(reference, lambda case: arrival.monitor(case, command, at=act.at))


def close(reference: ReturnRef, *, act: Act) -> Case:
    """Close a case whose visits are done, or not wished for."""
    return act.change(reference, lambda case: arrival.close(case, at=act.at))
