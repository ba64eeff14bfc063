"""How does each profile go, what was answered, what is stated of protection, age and place?"""

from typing import Final, TypeVar

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlmodel import Session

from services.profiling.rules.case import Case
from services.profiling.rules.protection import Protection
from services.profiling.rules.talk import Interview
from services.profiling.store.tables import (
    CASE,
    INTERVIEW,
    JOURNEY,
    PROTECTION,
    RESTATED,
    SAFEGUARD,
)
from shared.events.control import SafeguardsStated
from shared.events.profiling import JourneyRecorded
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import PersonRef, TokenRef

T = TypeVar("T")

CASES: Final = msgspec.json.Decoder(Case)
PROTECTIONS: Final = msgspec.json.Decoder(Protection)
INTERVIEWS: Final = msgspec.json.Decoder(Interview)
JOURNEYS: Final = msgspec.json.Decoder(JourneyRecorded)
SAFEGUARDS: Final = msgspec.json.Decoder(SafeguardsStated)


class Cases:
    """What UNHCR itself finds and states, within one open transaction."""

    def __init__(self, session: Session) -> None:
        """Use the session of the current transaction."""
        self._session = session

    def find(self, person: PersonRef) -> Case:
        """Return how a profile goes; one that nobody has begun is open."""
        return self._find(CASE, person, CASES) or Case(person=person)

    def save(self, case: Case) -> None:
        """Remember how a profile goes."""
        self._save(CASE, case.person, case)

    def protection(self, person: PersonRef) -> Protection:
        """Return what is stated about a person; nothing stated is unknown."""
        return self._find(PROTECTION, person, PROTECTIONS) or Protection(person=person)

    def save_protection(self, protection: Protection) -> None:
        """Remember what is stated."""
        self._save(PROTECTION, protection.person, protection)

    def journey(self, person: PersonRef) -> JourneyRecorded | None:
        """Return what was last told of a journey, or None."""
        return self._find(JOURNEY, person, JOURNEYS)

    def save_journey(self, journey: JourneyRecorded) -> None:
        """Remember what was told of a journey."""
        self._save(JOURNEY, journey.person, journey)

    def safeguards(self, person: PersonRef) -> SafeguardsStated | None:
        """Return what staff has stated of age and place, or None."""
        return self._find(SAFEGUARD, person, SAFEGUARDS)

    def save_safeguards(self, stated: SafeguardsStated) -> None:
        """Remember what staff has stated."""
        self._save(SAFEGUARD, stated.person, stated)

    def add_interview(self, interview: Interview) -> int:
        """Remember a new interview and return its number."""
        row = {"person": interview.person, "body": msgspec.json.encode(interview)}
        added = self._connection.execute(insert(INTERVIEW).returning(INTERVIEW.c.id), row)
        return int(added.scalar_one())

    def get_interview(self, number: int) -> Interview:
        """Return an interview; raises NotFound if there is none."""
        body = self._connection.scalar(select(INTERVIEW.c.body).where(INTERVIEW.c.id == number))
        if body is None:
            raise NotFound
        return msgspec.structs.replace(INTERVIEWS.decode(body), id=number)

    def save_interview(self, interview: Interview) -> None:
        """Remember an interview as it is now."""
        self._connection.execute(
            update(INTERVIEW)
            .where(INTERVIEW.c.id == interview.id)
            .values(body=msgspec.json.encode(interview))
        )

    def first_restatement(self, token: TokenRef) -> bool:
        """Remember a token; return False if it was answered before."""
        known = select(RESTATED.c.token).where(RESTATED.c.token == token)
        if self._connection.scalar(known) is not None:
            return False
        self._connection.execute(insert(RESTATED), {"token": token})
        return True

    @property
    def _connection(self) -> Connection:
        """The connection of the transaction."""
        return self._session.connection()

    def _find(self, table: Table, person: PersonRef, decoder: msgspec.json.Decoder[T]) -> T | None:
        body = self._connection.scalar(select(table.c.body).where(table.c.person == person))
        return None if body is None else decoder.decode(body)

    def _save(self, table: Table, person: PersonRef, kept: msgspec.Struct) -> None:
        self._connection.execute(delete(table).where(table.c.person == person))
        row = {"person": person, "body": msgspec.json.encode(kept)}
        self._connection.execute(insert(table), row)
