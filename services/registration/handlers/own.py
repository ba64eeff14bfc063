"""Load: what has registration learned itself, that a payload may hold?"""

from typing import Any, Final

import msgspec

from services.registration.store import Store
from shared.casework.rules.payload import Forms, Own
from shared.events.registration import PersonState
from shared.kernel.categories import Category
from shared.kernel.identifiers import PersonRef

FULL: Final = {
    Category.FULL_NAME: ("family_name", "given_name"),
    Category.OTHER_NAMES: ("other_names",),
    Category.SEX: ("sex",),
    Category.EXACT_DATE_OF_BIRTH: ("date_of_birth",),
    Category.AGE_BAND: ("age_band", "age_status"),
    Category.NATIONALITY: ("nationalities", "country_of_origin"),
    Category.DOCUMENT_NUMBER: ("identity_papers",),
    Category.ADDRESS: ("address", "area"),
    Category.CONTACT: ("contact",),
    Category.LANGUAGE: ("languages", "interpreter_sex"),
    Category.EDUCATION_OCCUPATION: ("occupation",),
    Category.STATELESSNESS: ("stateless_indication",),
}
"""Fields of the registration in which each category is."""

PARTIAL: Final = {
    Category.GROUP_COMPOSITION: ("size_band",),
    Category.ADDRESS: ("area",),
}
"""Fields that are coarse already."""


def own_values(person: PersonRef, *, store: Store) -> Own:
    """Return what registration knows of a person, each category as a JSON object of its fields.

    Of a person whose place must be hidden, neither address nor contact is there.
    """
    known = store.people.find(person)
    if known is None:
        return {}
    hidden = known.hide_location is not False
    closed = {Category.ADDRESS, Category.CONTACT} if hidden else set()
    return {
        category: Forms(
            None if category in closed else json_of(known.state, FULL.get(category, ())),
            json_of(known.state, PARTIAL.get(category, ())),
        )
        for category in (*FULL, Category.GROUP_COMPOSITION)
    }


def json_of(state: PersonState, names: tuple[str, ...]) -> bytes | None:
    """Return the fields that were told, as JSON; None if none was."""
    told: dict[str, Any] = {
        name: value
        for name in names
        if (value := getattr(state, name)) is not msgspec.UNSET and value is not None
    }
    return msgspec.json.encode(told) if told else None
