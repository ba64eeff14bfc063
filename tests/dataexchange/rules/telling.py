"""Events and projections of the tests, told to UNHCR unless said otherwise."""

import json
from typing import Any

from services.dataexchange.rules.pair import Pair, pair_of
from services.dataexchange.rules.projection import (
    Projected,
    Translate,
    compile_plan,
)
from shared.codes.movement import EntryMode
from shared.codes.people import AgeBand, AgeStatus, PaperKind, SizeBand
from shared.codes.places import AddressText, AreaText, CountryText, NameText, NumberText
from shared.events.event import (
    Event,
)
from shared.events.exchange import ReleaseRescinded
from shared.events.registration import IdentityPaper, PersonRegistered
from shared.events.registry import contract_of, contracts
from shared.kernel.agencies import UNHCR, Agency
from shared.kernel.categories import Category, mask_of
from shared.kernel.dates import PartialDate
from shared.kernel.identifiers import (
    EncounterRef,
    Form,
    GroupRef,
    Kind,
    PersonRef,
    Reference,
    reference,
)

ALWAYS_TOLD = frozenset({ReleaseRescinded})
"""The one contract that says nothing at all, by intention."""

CONTRACTS = [one for one in contracts() if one.event not in ALWAYS_TOLD]
PERSON = PersonRef(reference(Kind.PERSON, Form.OWN, b"p" * 16))
GROUP = GroupRef(reference(Kind.GROUP, Form.OWN, b"g" * 16))
ENCOUNTER = EncounterRef(reference(Kind.ENCOUNTER, Form.OWN, b"n" * 16))


def issued(kind: Kind, own: Reference) -> Reference | None:
    """Return another reference for every one; none for those that end in a digit."""
    return None if own[-2].isdigit() else reference(kind, Form.ISSUED, own[2:18].encode())


def known(kind: Kind, own: Reference) -> Reference | None:
    return reference(kind, Form.ISSUED, own[2:18].encode())


def project(
    event: Event, pair: Pair, *, recipient: Agency = UNHCR, references: Translate = known
) -> Projected | None:
    contract = contract_of(type(event))
    return compile_plan(contract, pair).project(event, references, recipient=recipient)


def body_of(event: Event, pair: Pair, references: Translate = known) -> dict[str, Any]:
    projected = project(event, pair, references=references)
    assert projected is not None
    body: dict[str, Any] = json.loads(projected.body)
    return body


def only(*full: Category, partial: tuple[Category, ...] = ()) -> Pair:
    return pair_of(mask_of({Category.REFERENCE, *full}), mask_of(set(partial)))


REGISTERED = PersonRegistered(
    person=PERSON,
    group=GROUP,
    family_name=NameText("Oruvel"),
    age_band=AgeBand.FROM_12_TO_17,
    age_status=AgeStatus.STATED,
    nationalities=(CountryText("XTA"),),
    identity_papers=(
        IdentityPaper(kind=PaperKind.PASSPORT, number=NumberText("T-1"), issuer=CountryText("XTA")),
    ),
    area=AreaText("AREA-1"),
    address=AddressText("1 Example Way"),
    size_band=SizeBand.ONE,
    arrived_on=PartialDate("2022-07-01"),
    entry_mode=EntryMode.SEA_RESCUE,
)
