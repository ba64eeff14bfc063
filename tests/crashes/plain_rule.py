"""A second, plain reading of what may be told in the town: consents, withdrawals and wishes."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlmodel import select

from services.dataexchange.rules.outcomes import Outcome, Release
from services.dataexchange.store.tables import ReferenceRow
from shared.events.control import (
    ConsentGiven,
    ConsentWithdrawn,
    TaskOpened,
    WithholdingSet,
)
from shared.events.event import ABSENT
from shared.kernel.categories import Category, bit
from tests.crashes.town import Town


@dataclass
class PlainRule:
    """What was said so far, by person. All of it happens on one day."""

    town: Town
    subjects: dict[tuple[str, str], str]
    consents: dict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))
    withdrawals: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    tasks: set[str] = field(default_factory=set)
    wishes: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """By person: number and word of the latest wish; the latest counts, whichever came first."""

    def hear(self, outcome: Outcome) -> None:
        """Take one event into account."""
        told = outcome.event
        if told not in self.town.said:
            return
        agency, event = self.town.said[told]
        subject = self.subjects.get((agency, getattr(event, "person", "")), "")
        if isinstance(event, ConsentGiven):
            self.consents[subject].append(() if event.after is ABSENT else event.after)
        elif isinstance(event, ConsentWithdrawn):
            self.withdrawals[subject].add(told)
        elif isinstance(event, TaskOpened):
            self.tasks.add(subject)
        elif isinstance(event, WithholdingSet):
            latest = (outcome.sequence, event.on is not False)
            self.wishes[subject] = max(latest, self.wishes.get(subject, (0, False)))

    def may_call(self, subject: str) -> bool:
        """Return whether she agreed to be called, after every no that was said."""
        stands = any(self.withdrawals[subject] <= set(after) for after in self.consents[subject])
        return stands and subject in self.tasks

    def may_name(self, subject: str) -> bool:
        """Return whether her name may go."""
        return not self.wishes.get(subject, (0, False))[1]

    def allows(self, release: Release) -> bool:
        """Return whether a release holds nothing that was forbidden when it was decided."""
        if release.full & bit(Category.CONTACT) and not self.may_call(release.subject):
            return False
        named = release.full & bit(Category.FULL_NAME)
        return not named or self.may_name(release.subject)


def plain_rule(town: Town) -> PlainRule:
    """Return the rule before anything was said."""
    rows = town.ask(lambda session: session.exec(select(ReferenceRow)).all())
    return PlainRule(town, {(row.agency, row.reference): row.subject for row in rows})
