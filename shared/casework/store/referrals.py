"""Which referrals were sent, which offers came?"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Table, delete, insert, select
from sqlalchemy.orm import Session

from shared.casework.rules.offer import OPEN, Offer
from shared.casework.rules.sent import Sent
from shared.kernel.identifiers import PersonRef, Reference, ReferralRef

SENT: Final = msgspec.json.Decoder(Sent)
OFFER: Final = msgspec.json.Decoder(Offer)


class Bodies:
    """A table of things that are kept whole, by their referral."""

    def __init__(self, session: Session, table: Table) -> None:
        """Use the session of the current transaction and the service's own table."""
        self._session = session
        self._table = table

    def _bodies(self, *where: ColumnElement[bool], most: int | None = None) -> Iterable[bytes]:
        columns = self._table.c
        query = select(columns.body).where(*where).order_by(columns.referral).limit(most)
        return self._session.scalars(query)

    def _replace(self, referral: ReferralRef, row: dict[str, Any]) -> None:
        self._session.execute(delete(self._table).where(self._table.c.referral == referral))
        self._session.execute(insert(self._table), {"referral": referral, **row})


class Referrals(Bodies):
    """The referrals that this agency sent, within one open transaction."""

    def find(self, referral: ReferralRef) -> Sent | None:
        """Return one of them, or None."""
        return next(map(SENT.decode, self._bodies(self._table.c.referral == referral)), None)

    def about(self, person: PersonRef) -> Sequence[Sent]:
        """Return all about a person."""
        return [*map(SENT.decode, self._bodies(self._table.c.person == person))]

    def save(self, sent: Sent) -> None:
        """Remember a referral as it is now."""
        row = {"person": sent.person, "body": msgspec.json.encode(sent)}
        self._replace(sent.referral, row)


class Offers(Bodies):
    """The referrals that were offered to this agency, within one open transaction."""

    def find(self, referral: ReferralRef) -> Offer | None:
        """Return one of them, or None."""
        return next(map(OFFER.decode, self._bodies(self._table.c.referral == referral)), None)

    def about(self, about: Reference) -> Sequence[Offer]:
        """Return those with a reference: of the referral, or of the person in the payload."""
        columns = self._table.c
        where = (columns.referral == about) | (columns.person == about)
        return [*map(OFFER.decode, self._bodies(where))]

    def open(self, after: str | None, most: int) -> Sequence[Offer]:
        """Return those that wait for an answer or are served, in the order of their references."""
        columns = self._table.c
        where = (columns.open, columns.referral > (after or ""))
        return [*map(OFFER.decode, self._bodies(*where, most=most))]

    def save(self, offer: Offer) -> None:
        """Remember an offer as it is now."""
        row = {
            "person": offer.person,
            "open": offer.state in OPEN,
            "body": msgspec.json.encode(offer),
        }
        self._replace(offer.referral, row)
