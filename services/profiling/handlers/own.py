"""Load: what has UNHCR learned itself, that a payload may hold?

Facts only: how a finding was explained, and what was answered, stays. Source: 10-Point Plan of
Action, Annex I, point 2(3); that profiling notes are no evidence is a Tenpoint design decision.
"""

from typing import Any, Final

import msgspec

from services.profiling.store import Store
from shared.casework.rules.payload import Forms, Own
from shared.codes.profiles import ProfileCode
from shared.events.event import Absent
from shared.kernel.categories import Category
from shared.kernel.identifiers import PersonRef

FACTS: Final = {
    Category.FEAR_OF_RETURN: frozenset({ProfileCode.ASYLUM_SEEKER, ProfileCode.MAY_NEED_ASYLUM}),
    Category.TRAFFICKING_PRESUMED: frozenset({ProfileCode.TRAFFICKED}),
    Category.UASC_FLAG: frozenset({ProfileCode.CHILD_ALONE}),
    Category.GBV_FACT: frozenset({ProfileCode.SURVIVOR_OF_VIOLENCE}),
    Category.TORTURE: frozenset({ProfileCode.SURVIVOR_OF_TORTURE}),
    Category.HEALTH: frozenset({ProfileCode.MEDICAL_NEED}),
    Category.STATELESSNESS: frozenset({ProfileCode.STATELESS}),
    Category.MIGRANT_OPTIONS: frozenset(
        {
            ProfileCode.WANTS_TO_RETURN,
            ProfileCode.LABOUR_OR_STUDY,
            ProfileCode.REGULARISATION,
            ProfileCode.VULNERABLE_MIGRANT,
        }
    ),
}
"""The findings that say something of each category. None says nothing: it is never told as no."""


def own_values(person: PersonRef, *, store: Store) -> Own:
    """Return what UNHCR found and heard itself, each category as a JSON object."""
    codes = set(store.cases.find(person).codes or ())
    found = {
        category: Forms(msgspec.json.encode({"found": sorted(codes & facts)}))
        for category, facts in FACTS.items()
        if codes & facts
    }
    return found | journey_values(person, store=store)


def journey_values(person: PersonRef, *, store: Store) -> dict[Category, Forms]:
    """Return what UNHCR was told of origin and relatives."""
    journey = store.cases.journey(person)
    if journey is None:
        return {}
    origin = Forms(
        json_of("place_of_origin", journey.place_of_origin),
        json_of("origin_country", journey.origin_country),
    )
    relatives = Forms(json_of("relatives_elsewhere", journey.relatives_elsewhere))
    return {Category.PLACE_OF_ORIGIN: origin, Category.RELATIVES_ELSEWHERE: relatives}


def json_of(name: str, value: Any) -> bytes | None:  # noqa: ANN401 - any field of a contract
    """Return a field that was told, as JSON; None if it was not."""
    told = not isinstance(value, Absent) and value is not None
    return msgspec.json.encode({name: value}) if told else None
