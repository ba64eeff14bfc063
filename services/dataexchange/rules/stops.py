"""What stops everything about a person, and what ends it.

A control event that cannot be read may have been a restriction: until its author has sent it again
nothing about its person is decided. One whose very envelope is broken has no number that could
come again; it ends when its author says that it has repeated all its open control events. Source:
Tenpoint design decision.
"""

from typing import TYPE_CHECKING

from services.dataexchange.rules import asking, outcomes, release
from services.dataexchange.rules.book import Aggregate, Subject
from services.dataexchange.rules.facts import Statement
from services.dataexchange.rules.naming import name
from services.dataexchange.rules.outcomes import Outcome
from services.dataexchange.rules.reading import Unreadable, author_of
from shared.events.control import SafeguardsStated
from shared.events.exchange import Outcome as Verdict
from shared.events.registry import contract_of
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category, bit
from shared.kernel.identifiers import Reference

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement


def stop(message: Unreadable, aggregate: Aggregate, judgement: "Judgement") -> None:
    """Stop everything about the person whom an unreadable control event may restrict."""
    if message.envelope is None:
        aggregate.unnumbered = True
        judgement.book.unheard.add(message.agency)
    else:
        aggregate.stopped = max(aggregate.stopped, message.sequence)
    aggregate.changed = True
    subject = name(message, judgement)
    if subject is not None:
        subject.stops.add((message.topic, message.key))


def lift(subject: Subject, place: tuple[str, str], judgement: "Judgement") -> None:
    """End a stop; when it was the person's last, ask authors for what it held back.

    Data was held and comes again; safeguards were taken, and are to be told anew.
    """
    subject.stops.discard(place)
    if subject.stops:
        return
    ask_for_safeguards(subject, judgement)
    for author, event, topic, key in judgement.book.waiting.pop(subject.id, []):
        held = judgement.book.aggregates.get((topic, key))
        if held is not None:
            held.held = None
            held.changed = True
        judgement.outcomes.append(
            Outcome(author, event, topic, key, 0, Verdict.HELD, outcomes.AGAIN)
        )


def ask_for_safeguards(subject: Subject, judgement: "Judgement") -> None:
    """Ask whoever has stated safeguards to state them again to those who may hear them."""
    hearers = contract_of(SafeguardsStated).audience & judgement.book.policy.hearers
    authors = sorted(fact.author for fact in subject.told() if isinstance(fact, Statement))
    for author in authors:
        for recipient in sorted(hearers - {author}):
            opened = asking.decide_for(author, recipient, subject, judgement).pair.partial
            if opened & bit(Category.AGE_BAND):
                release.ask_restate(judgement, author, recipient, subject)


def end_hole(agency: Agency, judgement: "Judgement") -> None:
    """Take an agency's word that everything it had to say was said again."""
    judgement.book.mended.add(agency)
    for (topic, key), aggregate in list(judgement.book.aggregates.items()):
        if author_of(topic) != agency or not aggregate.unnumbered:
            continue
        aggregate.unnumbered = False
        aggregate.changed = True
        subject = judgement.book.subject_of(agency, Reference(key))
        if subject is not None and not aggregate.is_stopped:
            lift(subject, (topic, key), judgement)
