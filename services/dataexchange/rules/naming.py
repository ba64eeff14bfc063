"""Whom a reference names. An agency's own, well-formed reference names somebody at first mention.

Source: Tenpoint design decision.
"""

from typing import TYPE_CHECKING

from services.dataexchange.rules.book import Book, Subject
from services.dataexchange.rules.reading import Message, Unreadable
from shared.kernel.agencies import Agency
from shared.kernel.identifiers import Form, Kind, Reference, form_of, is_well_formed, kind_of

if TYPE_CHECKING:
    from services.dataexchange.rules.judge import Judgement


def find_subject(message: Message | Unreadable, book: Book) -> Subject | None:
    """Return what a message's key names, if that is known."""
    return book.subject_of(message.agency, Reference(message.key))


def name(message: Message | Unreadable, judgement: "Judgement") -> Subject | None:
    """Return what a message's key names; a well-formed own reference names it from now on.

    Returns None for a key that is no reference, or one that the exchange never issued.
    """
    return mint(message.agency, Reference(message.key), judgement)


def mint(agency: Agency, reference: Reference, judgement: "Judgement") -> Subject | None:
    """Return what an agency's reference names, making it known if it is the agency's own."""
    known = judgement.book.subject_of(agency, reference)
    if known is not None:
        return known
    if not is_well_formed(reference) or form_of(reference) is Form.ISSUED:
        return None
    subject = judgement.book.add(Subject(judgement.make_id().hex(), Kind(kind_of(reference))))
    judgement.book.name(subject, agency, reference)
    return subject
