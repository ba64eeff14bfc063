"""What did each release tell, so that an erasure takes away exactly that?"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlmodel import Session

from services.registration.rules.screening import Release
from services.registration.store.tables import HEARD
from shared.codes.places import NumberText
from shared.events.event import Event, decode, encode
from shared.events.registry import contract_of, find_contract
from shared.kernel.identifiers import EncounterRef, PersonRef, Reference

INSERT: Final = insert(HEARD)
HANDOVER: Final = ""
"""Instead of a wire name: of a handover only one person's part is kept."""


class Releases:
    """What was heard, a row a release and person, within one open transaction."""

    def __init__(self, session: Session) -> None:
        """Use the session of the current transaction."""
        self._connection = session.connection()

    def add(self, release: Release) -> None:
        """Remember what a release told."""
        self._connection.execute(INSERT, row_of(release))

    def find(self, *about: Reference) -> list[Release]:
        """Return what was told about people or encounters, in the order told of each."""
        return self._find(HEARD.c.about.in_(about))

    def find_named(
        self, about: Reference, partition: int, numbers: Collection[int]
    ) -> list[Release]:
        """Return the releases that an erasure notice names, about a person or an encounter."""
        return self._find(
            (HEARD.c.partition == partition)
            & HEARD.c.number.in_(numbers)
            & or_(HEARD.c.about == about, HEARD.c.encounter == about)
        )

    def _find(self, condition: ColumnElement[bool]) -> list[Release]:
        rows = select(HEARD).where(condition).order_by(HEARD.c.partition, HEARD.c.number)
        return [release_of(row) for row in self._connection.execute(rows)]

    def replace(self, release: Release, left: Release | None) -> None:
        """Keep what is left of a release, if anything is."""
        self._connection.execute(
            delete(HEARD).where(
                HEARD.c.about == release.about,
                HEARD.c.partition == release.partition,
                HEARD.c.number == release.number,
            )
        )
        if left is not None:
            self.add(left)

    def destroy_wristband(self, person: PersonRef) -> None:
        """Forget the wristband of a person."""
        self._connection.execute(
            update(HEARD)
            .where(HEARD.c.about == person, HEARD.c.wristband.is_not(None))
            .values(wristband=None)
        )


def row_of(release: Release) -> dict[str, Any]:
    """Return a release as a row."""
    event = release.event
    return {
        "about": release.about,
        "partition": release.partition,
        "number": release.number,
        "wire": HANDOVER if event is None else contract_of(type(event)).wire,
        "body": b"" if event is None else encode(event),
        "encounter": release.encounter,
        "wristband": release.wristband,
    }


def release_of(row: Any) -> Release:  # noqa: ANN401 - a row has the columns of its table
    """Return a row as the release it keeps."""
    contract = find_contract(row.wire)
    event: Event | None = None if contract is None else decode(contract.event, row.body)
    return Release(
        about=Reference(row.about),
        partition=row.partition,
        number=row.number,
        event=event,
        encounter=None if row.encounter is None else EncounterRef(row.encounter),
        wristband=None if row.wristband is None else NumberText(row.wristband),
    )
