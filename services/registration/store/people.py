"""Who is registered, and what was told of them at each time?"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from services.registration.rules.person import Person
from services.registration.store.safeguards import Safeguards
from services.registration.store.tables import PERSON, RESTATED, VERSION
from shared.codes.places import NumberText
from shared.events.registration import PersonState
from shared.kernel.identifiers import EncounterRef, PersonRef, TokenRef

STATE: Final = msgspec.json.Decoder(PersonState)
INSERT_PERSON: Final = insert(PERSON)
INSERT_VERSION: Final = insert(VERSION)
IS_NEWEST: Final = (VERSION.c.person == PERSON.c.person) & (VERSION.c.version == PERSON.c.version)


class People:
    """The registered people, within one open transaction."""

    def __init__(self, session: Session, safeguards: Safeguards) -> None:
        """Use the session of the current transaction, and what was stated beside."""
        self._connection = session.connection()
        self._safeguards = safeguards

    def find(self, person: PersonRef) -> Person | None:
        """Return a registered person with their newest state, or None."""
        newest = (
            select(VERSION.c.state, PERSON.c.version, PERSON.c.hide_location, PERSON.c.encounter)
            .join_from(PERSON, VERSION, IS_NEWEST)
            .where(PERSON.c.person == person)
        )
        row = self._connection.execute(newest).first()
        if row is None:
            return None
        encounter = None if row.encounter is None else EncounterRef(row.encounter)
        stated = self._safeguards.find(person)
        return Person(STATE.decode(row.state), row.version, row.hide_location, encounter, stated)

    def is_registered(self, person: PersonRef) -> bool:
        """Return whether the person is registered under this reference."""
        found = select(PERSON.c.version).where(PERSON.c.person == person)
        return self._connection.scalar(found) is not None

    def free_number(self, draw: Callable[[], NumberText]) -> NumberText:
        """Return the first number drawn that no person has."""
        while True:
            number = draw()
            taken = select(PERSON.c.version).where(PERSON.c.registration_no == number)
            if self._connection.scalar(taken) is None:
                return number

    def add(self, person: Person, *, at: datetime) -> None:
        """Remember a newly registered person."""
        self._connection.execute(
            INSERT_PERSON,
            {
                "person": person.state.person,
                "registration_no": person.state.registration_no,
                "version": person.version,
                "encounter": person.encounter,
                "hide_location": person.hide_location,
            },
        )
        self._add_version(person, at)

    def save(self, person: Person, *, at: datetime) -> None:
        """Remember a further version; the earlier ones stay."""
        self._add_version(person, at)
        self._connection.execute(
            update(PERSON)
            .where(PERSON.c.person == person.state.person)
            .values(version=person.version, hide_location=person.hide_location)
        )

    def _add_version(self, person: Person, at: datetime) -> None:
        self._connection.execute(
            INSERT_VERSION,
            {
                "person": person.state.person,
                "version": person.version,
                "state": msgspec.json.encode(person.state),
                "recorded_at": at,
            },
        )

    def set_encounter(self, person: PersonRef, encounter: EncounterRef | None) -> None:
        """Remember with which encounter a registered person arrived."""
        self._connection.execute(
            update(PERSON).where(PERSON.c.person == person).values(encounter=encounter)
        )

    def count(self, encounter: EncounterRef | None = None) -> int:
        """Return how many people (of one encounter) are registered."""
        counted = select(func.count()).select_from(PERSON)
        if encounter is not None:
            counted = counted.where(PERSON.c.encounter == encounter)
        return self._connection.scalar(counted) or 0

    def first_restatement(self, token: TokenRef) -> bool:
        """Remember a token; return False if it was answered before."""
        if self._connection.scalar(select(RESTATED.c.token).where(RESTATED.c.token == token)):
            return False
        self._connection.execute(insert(RESTATED), {"token": token})
        return True
