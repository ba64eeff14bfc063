"""How many fields went, and which input withheld the others: numbers only.

A field counts once per event and hearer: as full, as partial, or under the first input that
closed it. Source: Tenpoint design decision.
"""

from collections import Counter
from typing import TYPE_CHECKING

from services.dataexchange.rules import asking
from services.dataexchange.rules.explain import explain
from services.dataexchange.rules.projection import Projected, present_fields
from services.dataexchange.rules.reading import Message
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import Reference

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement


def count_fields(
    tally: Counter[tuple[str, str]],
    message: Message,
    recipient: Agency,
    projected: Projected | None,
    judgement: "Judgement",
) -> None:
    """Add what became of each field of an event towards one hearer."""
    policy = judgement.book.policy
    subject = judgement.book.subject_of(message.agency, Reference(message.key))
    if subject is None:
        return
    if projected is not None:
        tally[recipient, "full"] += projected.full
        tally[recipient, "partial"] += projected.partial
    withheld = present_fields(message.event) if projected is None else projected.withheld
    if not withheld:
        return
    question, known = asking.asked(message, recipient, subject, judgement)
    for _, category in withheld:
        found = explain(
            question,
            category,
            matrix=policy.matrix,
            agreements=policy.between(message.agency, recipient),
            known=known,
        )
        tally[recipient, str(found.closed_by or "form")] += 1
