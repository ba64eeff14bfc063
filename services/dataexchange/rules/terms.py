"""One release in its recipient's own terms: nothing that it names is named as its author names it.

Source: Tenpoint design decision.
"""

from services.dataexchange.rules.book import Book, Subject
from services.dataexchange.rules.decision import Decision
from services.dataexchange.rules.projection import Projected
from services.dataexchange.rules.reading import Message
from shared.events.event import encode
from shared.kernel.agencies import Agency
from shared.kernel.categories import Category, bit
from shared.kernel.identifiers import Kind, MakeId, Reference, issued


class Terms:
    """The references of one release in its recipient's own terms; kept only if it is made."""

    def __init__(
        self, book: Book, author: Agency, recipient: Agency, make_id: MakeId, decision: Decision
    ) -> None:
        """Translate from an author's terms into a recipient's."""
        self.book = book
        self.author = author
        self.recipient = recipient
        self.make_id = make_id
        self.decision = decision
        self.made: dict[str, Reference] = {}

    def translate(self, kind: Kind, reference: Reference) -> Reference | None:
        """Return the recipient's reference for what the author's names; None if it names nothing.

        A group's reference goes only where the group's composition may go.
        """
        closed = not self.decision.pair.full & bit(Category.GROUP_COMPOSITION)
        subject = self.book.subject_of(self.author, reference)
        if subject is None or (kind is Kind.GROUP and closed):
            return None
        return self.reference_of(subject)

    def reference_of(self, subject: Subject) -> Reference:
        """Return the recipient's reference for a subject, a new one if it has none."""
        known = subject.references.get(self.recipient) or self.made.get(subject.id)
        if known is None:
            known = issued(subject.kind, self.make_id)
            self.made[subject.id] = known
        return known

    def bare(self, message: Message, subject: Subject) -> Projected:
        """Return a restriction that is told all the same, as a reference and nothing else."""
        key = message.contract.key or ""
        body = encode(type(message.event)(**{key: self.reference_of(subject)}))
        return Projected(
            body=body, released={Category.REFERENCE: 1}, full=0, partial=0, withheld=()
        )

    def keep(self) -> None:
        """Let the new references name their subjects from now on."""
        for subject_id, reference in self.made.items():
            self.book.name(self.book.subjects[subject_id], self.recipient, reference)
