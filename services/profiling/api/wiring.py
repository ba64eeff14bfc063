"""What the routes stand on: one transaction, the time, and the key to sealed notes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request

from services.profiling.rules.concern import Release
from services.profiling.store import Store
from shared.crypto.keys import Open
from shared.crypto.sealing import Unopenable
from shared.events.sealed import Sealed
from shared.kernel.categories import Category
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import Kind, PersonRef, Reference, is_well_formed
from shared.web.acting import Acting

OpenNote = Callable[[Sealed], str]
"""Returns what a sealed note says, or raises Unopenable."""


@dataclass(frozen=True, slots=True)
class Wiring(Acting[Store]):
    """Profiling put together, as far as its routes need it."""

    open_note: OpenNote


def note_opener(open_sealed: Open) -> OpenNote:
    """Return the reader of notes; what is sealed under another category is no note."""

    def open_note(sealed: Sealed) -> str:
        if sealed.category is not Category.FEAR_OF_RETURN:
            raise Unopenable
        try:
            return open_sealed(sealed).decode()
        except UnicodeDecodeError:
            raise Unopenable from None

    return open_note


def wiring_of(request: Request) -> Wiring:
    """Return what the service was built with."""
    wiring: Wiring = request.app.state.context
    return wiring


def person_of(f: Annotated[str, Path(description="UNHCR's reference of a person")]) -> PersonRef:
    """Return the person whom a path names; raises NotFound for what is no such reference."""
    if not is_well_formed(f, Kind.PERSON):
        raise NotFound
    return PersonRef(Reference(f))


def release_of(c: Annotated[str, Path(description="Name of a concern")]) -> Release:
    """Return the concern that a path names; raises NotFound for what is no such name."""
    return Release.read(c)


Wired = Annotated[Wiring, Depends(wiring_of)]
Person = Annotated[PersonRef, Depends(person_of)]
Named = Annotated[Release, Depends(release_of)]
