"""What the desk reads and writes within one transaction."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Table, select
from sqlmodel import Session

from services.referral.rules.clocks import due_times
from services.referral.rules.record import OPEN, Referral
from services.referral.rules.routing import Capacity, Directory, Listing, Place
from services.referral.store.tables import CAPACITY, REFERRAL, SERVICE, TABLES
from shared.codes.pathways import Pathway
from shared.codes.places import AreaText
from shared.codes.referrals import Service
from shared.kernel.agencies import Agency
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import ReferralRef
from shared.storage.health import health_of
from shared.storage.keyset import Moment, beyond
from shared.storage.outbox import Outbox
from shared.storage.tables import insert_into
from shared.storage.timers import Timers

REFERRALS: Final = msgspec.json.Decoder(Referral)
LISTINGS: Final = msgspec.json.Decoder(Listing)


class ReferralPlace(NamedTuple):
    """A place in the work list: after this referral."""

    calm: bool
    due_at: Moment
    referral: str


class Store:
    """The desk's memory within one transaction."""

    def __init__(self, session: Session, *, outbox: Outbox, timers: Timers, alarms: Timers) -> None:
        """Stand on one session and on the outbox and clocks of the same transaction."""
        self._session = session
        self.outbox = outbox
        self.timers = timers
        self.alarms = alarms

    def find_referral(self, referral: ReferralRef) -> Referral | None:
        """Return a referral, or None."""
        query = select(REFERRAL.c.body).where(REFERRAL.c.referral == referral)
        body = self._connection.scalar(query)
        return None if body is None else REFERRALS.decode(body)

    def get_referral(self, referral: ReferralRef) -> Referral:
        """Return a referral.

        Raises:
            NotFound: there is none.
        """
        found = self.find_referral(referral)
        if found is None:
            raise NotFound
        return found

    def save_referral(self, referral: Referral) -> None:
        """Write a referral, and its place in the work list."""
        place = place_of(referral)
        row = {
            "referral": place.referral,
            "waits": referral.state in OPEN or not place.calm,
            "calm": place.calm,
            "due_at": place.due_at,
            "body": msgspec.json.encode(referral),
        }
        self._save(REFERRAL, row)

    def worklist(
        self, *, after: ReferralPlace | None, overdue: bool | None, most: int
    ) -> Sequence[Referral]:
        """Return what is open or a human's, the latter first, then by the next due time."""
        order = (REFERRAL.c.calm, REFERRAL.c.due_at, REFERRAL.c.referral)
        query = select(REFERRAL.c.body).where(REFERRAL.c.waits).order_by(*order).limit(most)
        if after is not None:
            query = query.where(beyond(order, after))
        if overdue is not None:
            query = query.where(REFERRAL.c.calm.is_(not overdue))
        return [REFERRALS.decode(body) for body in self._connection.scalars(query)]

    def save_listing(self, listing: Listing) -> None:
        """Write an entry of the directory."""
        body = msgspec.json.encode(listing)
        self._save(SERVICE, {"id": listing.id, "pathway": listing.pathway, "body": body})

    def listings(self, pathway: Pathway | None = None) -> Sequence[Listing]:
        """Return the directory, or its entries of one pathway, in the order of their names."""
        query = select(SERVICE.c.body).order_by(SERVICE.c.id)
        if pathway is not None:
            query = query.where(SERVICE.c.pathway == pathway)
        return [LISTINGS.decode(body) for body in self._connection.scalars(query)]

    def save_capacity(self, place: Place, capacity: Capacity) -> None:
        """Write what a provider has reported."""
        told = {"places": capacity.places, "waiting": capacity.waiting}
        self._save(CAPACITY, place._asdict() | told | {"heard_at": capacity.heard_at})

    def capacities(self) -> Mapping[Place, Capacity]:
        """Return what each provider has reported last."""
        return {
            Place(Agency(row.provider), Service(row.service), AreaText(row.area)): Capacity(
                row.places, row.waiting, row.heard_at
            )
            for row in self._connection.execute(select(CAPACITY))
        }

    def directory_for(self, referral: Referral) -> Directory:
        """Return all that is known of who could take a referral."""
        if referral.pathway is None:
            return Directory()
        return Directory(tuple(self.listings(referral.pathway)), self.capacities())

    def health(self) -> dict[str, int]:
        """Return how many rows are open, partitions have a gap, releases were unreadable."""
        return health_of(self._connection, TABLES)

    @property
    def _connection(self) -> Connection:
        """The connection of the transaction."""
        return self._session.connection()

    def _save(self, table: Table, row: Mapping[str, object]) -> None:
        """Write a row, new or not."""
        keys = [column.name for column in table.primary_key]
        fresh = {name: value for name, value in row.items() if name not in keys}
        statement = insert_into(self._session, table).values(row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh))


def place_of(referral: Referral) -> ReferralPlace:
    """Return the place of a referral in the work list."""
    due_at = min(due_times(referral).values(), default=referral.created_at)
    return ReferralPlace(referral.overdue_at is None, due_at, referral.referral)
