"""What profiling reads and writes within one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    Connection,
    Row,
    Table,
    delete,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from services.profiling.rules.concern import Concern, ConcernState, NoteState, Release
from services.profiling.rules.described import Account, Accounts, Told
from services.profiling.rules.profile import Profile, ProfileState
from services.profiling.store.cases import Cases
from services.profiling.store.tables import ACCOUNT, CASEWORK, CONCERN, PROFILE, TABLES
from shared.casework.store import Book
from shared.events.sealed import Sealed
from shared.kernel.agencies import Agency, Role
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import EncounterRef, Kind, PersonRef, Reference
from shared.storage.health import health_of
from shared.storage.keyset import Count, Moment, beyond
from shared.storage.outbox import Outbox
from shared.storage.timers import Timers


@cache
def upsert(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Return the statement that writes a row, new or not; made once, as it is used often."""
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    fresh = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=fresh)


TOLD: Final = msgspec.json.Decoder(dict[str, Told])
SEALED: Final = msgspec.json.Decoder(Sealed)


class ProfilePlace(NamedTuple):
    """A place in the work list: after this profile."""

    calm: bool
    due_at: Moment
    person: str


class ConcernPlace(NamedTuple):
    """A place in the list of concerns: after this one."""

    heard: bool
    due_at: Moment
    partition: Count
    number: Count


class Store:
    """Profiling's memory within one transaction."""

    def __init__(self, session: Session, *, outbox: Outbox, timers: Timers) -> None:
        """Stand on one session and on the outbox and clocks of the same transaction."""
        self._session = session
        self.outbox = outbox
        self.timers = timers
        self.cases = Cases(session)
        self.book = Book(session, CASEWORK)

    def accounts_of(self, subject: Reference) -> Accounts:
        """Return what is known about a person or an encounter, by author."""
        query = select(ACCOUNT.c.author, ACCOUNT.c.told).where(ACCOUNT.c.subject == subject)
        return {
            Agency(row.author): TOLD.decode(row.told) for row in self._connection.execute(query)
        }

    def save_account(self, subject: Reference, author: Agency, account: Account) -> None:
        """Write what an author has told; also that it told of the subject and nothing more."""
        row = {"subject": subject, "author": author, "told": msgspec.json.encode(account)}
        self._save(ACCOUNT, row)

    def forget_account(self, subject: Reference, author: Agency) -> None:
        """Forget that an author has ever told of a subject."""
        which = (ACCOUNT.c.subject == subject) & (ACCOUNT.c.author == author)
        self._connection.execute(delete(ACCOUNT).where(which))

    def arrivals(
        self, *, after: str | None, most: int
    ) -> Sequence[tuple[EncounterRef, Mapping[str, Told]]]:
        """Return the accounts of encounters in the order of their references."""
        subject = ACCOUNT.c.subject
        query = select(subject, ACCOUNT.c.told).where(subject > (after or Kind.ENCOUNTER.value))
        query = query.where(subject < chr(ord(Kind.ENCOUNTER) + 1)).order_by(subject).limit(most)
        return [
            (EncounterRef(Reference(row.subject)), TOLD.decode(row.told))
            for row in self._connection.execute(query)
        ]

    def find_profile(self, person: PersonRef) -> Profile | None:
        """Return the profile of a person, or None."""
        row = self._connection.execute(select(PROFILE).where(PROFILE.c.person == person)).first()
        return None if row is None else profile_of(row)

    def get_profile(self, person: PersonRef) -> Profile:
        """Return the profile of a person.

        Raises:
            NotFound: the person has none here.
        """
        profile = self.find_profile(person)
        if profile is None:
            raise NotFound
        return profile

    def save_profile(self, profile: Profile) -> None:
        """Write a profile."""
        row = {
            "person": profile.person,
            "state": profile.state,
            "opened_at": profile.opened_at,
            "due_at": profile.due_at,
            "calm": not profile.concerned,
            "overdue_at": profile.overdue_at,
        }
        self._save(PROFILE, row)

    def worklist(
        self, *, after: ProfilePlace | None, due_before: datetime | None, most: int
    ) -> Sequence[Profile]:
        """Return profiles, those with a concern first, then by due time."""
        order = (PROFILE.c.calm, PROFILE.c.due_at, PROFILE.c.person)
        query = select(PROFILE).order_by(*order).limit(most)
        if after is not None:
            query = query.where(beyond(order, after))
        if due_before is not None:
            query = query.where(PROFILE.c.due_at < due_before)
        return [profile_of(row) for row in self._connection.execute(query)]

    def find_concern(self, release: Release) -> Concern | None:
        """Return the concern that a release raised, or None."""
        which = (CONCERN.c.partition == release.partition) & (CONCERN.c.number == release.number)
        row = self._connection.execute(select(CONCERN).where(which)).first()
        return None if row is None else concern_of(row)

    def get_concern(self, release: Release) -> Concern:
        """Return the concern that a release raised.

        Raises:
            NotFound: it raised none.
        """
        concern = self.find_concern(release)
        if concern is None:
            raise NotFound
        return concern

    def concerns_about(self, person: PersonRef) -> Sequence[Concern]:
        """Return all concerns about a person, the first to be heard first."""
        order = (CONCERN.c.heard, CONCERN.c.due_at, CONCERN.c.partition, CONCERN.c.number)
        query = select(CONCERN).where(CONCERN.c.person == person).order_by(*order)
        return [concern_of(row) for row in self._connection.execute(query)]

    def save_concern(self, concern: Concern) -> None:
        """Write a concern; its note stays sealed."""
        row = {
            "partition": concern.release.partition,
            "number": concern.release.number,
            "person": concern.person,
            "raised_at": concern.raised_at,
            "due_at": concern.due_at,
            "state": concern.state,
            "heard": concern.state is ConcernState.HEARD,
            "heard_at": concern.heard_at,
            "heard_by": concern.heard_by,
            "note": None if concern.note is None else msgspec.json.encode(concern.note),
            "note_state": concern.note_state,
        }
        self._save(CONCERN, row)

    def concerns(self, *, after: ConcernPlace | None, most: int) -> Sequence[Concern]:
        """Return concerns, those that wait first, then by due time."""
        order = (CONCERN.c.heard, CONCERN.c.due_at, CONCERN.c.partition, CONCERN.c.number)
        query = select(CONCERN).order_by(*order).limit(most)
        if after is not None:
            query = query.where(beyond(order, after))
        return [concern_of(row) for row in self._connection.execute(query)]

    def health(self) -> dict[str, int]:
        """Return how many rows are open, partitions have a gap, releases were unreadable."""
        return health_of(self._connection, TABLES)

    @property
    def _connection(self) -> Connection:
        """The connection of the transaction."""
        return self._session.connection()

    def _save(self, table: Table, row: Mapping[str, object]) -> None:
        """Write a row, new or not."""
        connection = self._connection
        connection.execute(upsert(table, connection.dialect.name), row)


def profile_of(row: Row[Any]) -> Profile:
    """Return the profile in a row."""
    return Profile(
        PersonRef(Reference(row.person)),
        opened_at=row.opened_at,
        due_at=row.due_at,
        state=ProfileState(row.state),
        concerned=not row.calm,
        overdue_at=row.overdue_at,
    )


def concern_of(row: Row[Any]) -> Concern:
    """Return the concern in a row."""
    return Concern(
        Release(row.partition, row.number),
        person=PersonRef(Reference(row.person)),
        raised_at=row.raised_at,
        due_at=row.due_at,
        state=ConcernState(row.state),
        heard_at=row.heard_at,
        heard_by=None if row.heard_by is None else Role(row.heard_by),
        note=None if row.note is None else SEALED.decode(row.note),
        note_state=NoteState(row.note_state),
    )
