"""What was told of people, and what has IOM's own staff stated?"""

from collections.abc import Iterable
from typing import Final

import msgspec
from sqlalchemy import delete, insert, select
from sqlmodel import Session

from services.returns.rules.described import Account, AgeWord, Told
from services.returns.store.tables import ACCOUNT, AGE, RESTATED, SAFEGUARD
from shared.casework.commands import StateSafeguards
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import PersonRef, TokenRef
from shared.storage.tables import insert_into

TOLD: Final = msgspec.json.Decoder(dict[str, Told])


class People:
    """What is known of people, within one open transaction."""

    def __init__(self, session: Session) -> None:
        """Use the session of the current transaction."""
        self._session = session
        self._connection = session.connection()

    def find_account(self, person: PersonRef) -> Account | None:
        """Return what registration has told of a person, or None if it told nothing."""
        query = select(ACCOUNT.c.told).where(ACCOUNT.c.person == person)
        found = self._connection.scalar(query)
        return None if found is None else TOLD.decode(found)

    def save_account(self, person: PersonRef, account: Account) -> None:
        """Write what registration has told; also that it told of the person and nothing more."""
        told = msgspec.json.encode(account)
        statement = insert_into(self._session, ACCOUNT).values(person=person, told=told)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["person"], set_={"told": told})
        )

    def forget_account(self, person: PersonRef) -> None:
        """Forget that registration has ever told of a person."""
        self._connection.execute(delete(ACCOUNT).where(ACCOUNT.c.person == person))

    def age_words(self, person: PersonRef) -> tuple[AgeWord, ...]:
        """Return what other agencies have stated of a person's age."""
        query = select(AGE).where(AGE.c.person == person).order_by(AGE.c.partition, AGE.c.number)
        return tuple(
            AgeWord(row.partition, row.number, AgeState(row.age))
            for row in self._connection.execute(query)
        )

    def save_age_words(self, person: PersonRef, words: Iterable[AgeWord]) -> None:
        """Write what other agencies have stated of a person's age, and nothing else."""
        self._connection.execute(delete(AGE).where(AGE.c.person == person))
        rows = [{"person": person, **word._asdict()} for word in words]
        if rows:
            self._connection.execute(insert(AGE), rows)

    def find_stated(self, person: PersonRef) -> StateSafeguards | None:
        """Return what IOM's own staff has stated last, or None."""
        query = select(SAFEGUARD).where(SAFEGUARD.c.person == person)
        row = self._connection.execute(query).first()
        if row is None:
            return None
        age = AgeState(row.treated_as_child)
        return StateSafeguards(treated_as_child=age, hide_location=row.hide_location)

    def save_stated(self, person: PersonRef, stated: StateSafeguards) -> None:
        """Write what IOM's own staff states; it replaces what was stated before."""
        self._connection.execute(delete(SAFEGUARD).where(SAFEGUARD.c.person == person))
        row = {
            "person": person,
            "treated_as_child": stated.treated_as_child,
            "hide_location": stated.hide_location,
        }
        self._connection.execute(insert(SAFEGUARD), row)

    def first_restatement(self, token: TokenRef) -> bool:
        """Remember a token; return False if it was answered before."""
        if self._connection.scalar(select(RESTATED.c.token).where(RESTATED.c.token == token)):
            return False
        self._connection.execute(insert(RESTATED), {"token": token})
        return True
