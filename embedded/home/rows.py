"""The rows of the picture: what is asked of everybody, who tells it, under which category."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared.kernel.agencies import ASYLUM, BORDER, IOM, RECEPTION, UNHCR, Agency
from shared.kernel.categories import Category


@dataclass(frozen=True, slots=True)
class Row:
    """One thing about a person."""

    label: str
    author: Agency
    category: Category
    fields: tuple[str, ...]


ROWS: Final = (
    Row("Name", RECEPTION, Category.FULL_NAME, ("given_name", "family_name")),
    Row("Sex", RECEPTION, Category.SEX, ("sex",)),
    Row("Date of birth", RECEPTION, Category.EXACT_DATE_OF_BIRTH, ("date_of_birth",)),
    Row("Age band", RECEPTION, Category.AGE_BAND, ("age_band",)),
    Row("Nationality, as stated", RECEPTION, Category.NATIONALITY, ("nationalities",)),
    Row("Registration number", RECEPTION, Category.REGISTRATION_NUMBER, ("registration_no",)),
    Row("Place to stay", RECEPTION, Category.ADDRESS, ("address", "area")),
    Row("Safe telephone", RECEPTION, Category.CONTACT, ("contact",)),
    Row("Language", RECEPTION, Category.LANGUAGE, ("languages",)),
    Row("Arrival", RECEPTION, Category.ARRIVAL, ("arrived_on",)),
    Row("Needs tonight", BORDER, Category.RECEPTION_NEEDS, ("reception_needs",)),
    Row("Child alone", BORDER, Category.UASC_FLAG, ("child_alone",)),
    Row("Fear of return", BORDER, Category.FEAR_OF_RETURN, ()),
)

LEFT: Final = (BORDER, RECEPTION)
RIGHT: Final = (UNHCR, ASYLUM, IOM)
COLUMNS: Final = (*LEFT, *RIGHT)

NOT_YET: Final = frozenset({ASYLUM, IOM})
"""Partners that do not take part yet: no agreement with them exists, and nothing runs there."""

NAMES: Final[Mapping[Agency, tuple[str, str, str]]] = {
    BORDER: ("BP", "Border police", "border"),
    RECEPTION: ("GR", "Reception", "reception"),
    UNHCR: ("UN", "UNHCR", "unhcr"),
    ASYLUM: ("AA", "Asylum authority", "asylum"),
    IOM: ("IO", "IOM", "iom"),
}
"""Two-letter code, name, and name of the colour of each agency."""

WORDS: Final[Mapping[str, str]] = {
    "F": "Female",
    "M": "Male",
    "U": "Not known",
    "UNKNOWN": "Not known",
    "True": "Yes",
    "False": "No",
    "RN-MED-EMERG": "emergency care",
    "RN-MED": "a doctor",
    "RN-WATER-FOOD": "water and food",
    "RN-DIET": "special diet",
    "RN-SHELTER": "a bed",
    "RN-ACCESS": "step-free",
    "RN-INTERPRET": "an interpreter",
    "qaa": "Aavi (qaa)",
    "qab": "Bosi (qab)",
    "qac": "Cemri (qac)",
    "XTA": "Test origin A",
    "XTB": "Test origin B",
    "XTC": "Test origin C",
}
"""Codes in words; the languages and countries are invented."""


DAY: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def shown(held: Mapping[str, Any], row: Row) -> str:
    """Return what somebody holds of a row, in words; empty where nothing is held."""
    parts = [held.get(name) for name in row.fields]
    said = [words(part) for part in parts if part not in (None, "", [], ())]
    return ", ".join(said) if row.category is Category.ADDRESS else " ".join(said)


def words(value: object) -> str:
    """Return one value in words."""
    if isinstance(value, list | tuple):
        return ", ".join(words(one) for one in value)
    text = str(value)
    return WORDS.get(text) or day_in_words(text)


def day_in_words(text: str) -> str:
    """Return a day of the calendar as `28 December 1981`, and anything else as it is."""
    try:
        return f"{date.fromisoformat(text):%-d %B %Y}" if DAY.match(text) else text
    except ValueError:
        return text
