"""Invented people. Everything about them follows from seed, day and place in the day.

Names are made of syllables and are nobody's; countries and languages are codes that standards
leave to their users; telephone numbers cannot be called and are all different, and so are the
given names of one day, so that the simulated staff can recognise people by them. How often a need,
a fear or a wish occurs is a Tenpoint design decision, and says nothing about real people.
"""

import hashlib
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from shared.codes.needs import ReceptionNeed, TopNeed
from shared.codes.people import PrivateTalk, Sex
from shared.kernel.dates import AGE_OF_MAJORITY_YEARS
from shared.kernel.identifiers import Form, Kind, Reference, reference

SYLLABLES: Final = (
    *("vo", "ra", "mi", "tel", "ush", "ka", "no", "eri", "zu", "lan", "hy", "pem"),
    *("oda", "si", "qua", "bri", "fe", "jo", "lu", "wen", "ix", "ara", "tu", "gol"),
)
ORIGINS: Final = ("XTA", "XTB", "XTC")
LANGUAGES: Final = {"XTA": "qaa", "XTB": "qab", "XTC": "qac"}
"""ISO 639-3 leaves qaa to qtz to its users."""

FEARS: Final = (
    "They will kill me if I go back.",
    "Men came for my brother and now they ask for me.",
    "I cannot go home. Please do not tell them where I am.",
)
WORRIES: Final = (
    "She lets another woman answer every question.",
    "He holds papers that are not his and is afraid of a man outside.",
)
HOW_OFTEN: Final = {
    "walk in": 0.06,
    "age known": 0.9,
    "born on a known day": 0.7,
    "born in a known year": 0.15,
    "child alone": 0.25,
    "fear": 0.05,
    "worry": 0.03,
    "agrees to be called": 0.22,
    "withdraws": 0.35,
    "withholds the name": 0.04,
    "misspelt": 0.03,
    "wants shelter": 0.08,
    "reception need": 0.08,
    "disability": 0.03,
}
"""Share of those to whom it may happen."""

ALONE_FROM_YEARS: Final = 10
OLDER_FROM_YEARS: Final = 65
OLDEST_YEARS: Final = 88
MEAN_YEARS: Final = 24
NAMES: Final = len(SYLLABLES) ** 3
SMALLEST_BOAT: Final = 20
LARGEST_BOAT: Final = 90
WRISTBAND: Final = re.compile(r"^WB-(\d{4})(\d{2})(\d{2})-(\d+)$")


@dataclass(frozen=True, slots=True)
class Traveller:
    """One invented person."""

    seed: int
    day: date
    index: int
    boat: int | None
    """Place of the boat in the day; None for somebody who comes to reception by themselves."""
    given_name: str
    family_name: str
    sex: Sex
    born: str | None
    age: int | None
    """Years, where no date of birth is known; both unknown for some."""
    nationality: str
    language: str
    phone: str
    address: str
    area: str
    child_alone: bool
    reception_needs: tuple[ReceptionNeed, ...]
    needs: tuple[TopNeed, ...]
    private_talk: PrivateTalk
    fear: str | None
    """Said at the quay, to the border."""
    worry: str | None
    """Noticed by the clerk."""
    agrees_to_be_called: bool
    withdraws: bool
    withholds_name: bool
    wants_shelter: bool
    """Asks reception for a place elsewhere, and agrees that the provider hears name and number."""
    misspelt: str | None
    """How the clerk first writes the family name."""

    @property
    def wristband(self) -> str:
        """Return the number that the person wears from the quay to reception."""
        return f"WB-{self.day:%Y%m%d}-{self.index:05d}"


def travellers(seed: int, day: date, count: int, *, marked: bool = False) -> tuple[Traveller, ...]:
    """Return the people of one day.

    With `marked` every text about a person carries a token that occurs nowhere else, by which a
    test finds it wherever it went.
    """
    return _travellers(seed, day, count, marked)


@lru_cache(maxsize=16)
def _travellers(seed: int, day: date, count: int, marked: bool) -> tuple[Traveller, ...]:  # noqa: FBT001
    draw = random.Random(f"{seed} {day}")  # noqa: S311 - invented people, not secrets
    boats = _boats(draw, count)
    return tuple(
        _traveller(draw, seed, day, index, boat, marked) for index, boat in enumerate(boats)
    )


def _boats(draw: random.Random, count: int) -> list[int | None]:
    """Return the boat of each person of a day; some come by themselves."""
    places: list[int | None] = []
    boat = 0
    while len(places) < count:
        size = min(draw.randint(SMALLEST_BOAT, LARGEST_BOAT), count - len(places))
        places += [None if often(draw, "walk in") else boat for _ in range(size)]
        boat += 1
    return places


def _traveller(
    draw: random.Random,
    seed: int,
    day: date,
    index: int,
    boat: int | None,
    marked: bool,  # noqa: FBT001
) -> Traveller:
    token = hashlib.sha256(f"{seed} {day} {index}".encode()).hexdigest()[:8] if marked else ""
    number = day.toordinal() % 4096 * 8192 + index
    family = _name(draw) + token
    origin = draw.choice(ORIGINS)
    return Traveller(
        seed=seed,
        day=day,
        index=index,
        boat=boat,
        given_name=_given_name(day, index) + token,
        family_name=family,
        sex=draw.choice((Sex.FEMALE, Sex.MALE, Sex.MALE)),
        nationality=origin,
        language=LANGUAGES[origin],
        phone=f"000 {number:08d}",
        address=f"Hall {draw.randint(1, 6)}, bed {draw.randint(1, 400)}{token}",
        area=f"XTP-{draw.randint(1, 4)}",
        reception_needs=_reception_needs(draw),
        private_talk=draw.choice((PrivateTalk.NO, PrivateTalk.NO, PrivateTalk.WOMAN)),
        misspelt=family + "h" if often(draw, "misspelt") else None,
        withholds_name=often(draw, "withholds the name"),
        **_said(draw, token, at_the_quay=boat is not None),
        **_by_age(draw, day, random.Random(f"{seed} {day} {index}")),  # noqa: S311 - invented people
    )


def _said(draw: random.Random, token: str, *, at_the_quay: bool) -> dict[str, Any]:
    """Return what a person says at the quay, and what a clerk notices."""
    afraid = often(draw, "fear") and at_the_quay
    return {
        "fear": f"{draw.choice(FEARS)} {token}".strip() if afraid else None,
        "worry": f"{draw.choice(WORRIES)} {token}".strip() if often(draw, "worry") else None,
    }


def _by_age(draw: random.Random, day: date, apart: random.Random) -> dict[str, Any]:
    """Return what depends on age; whoever consents is surely grown up, and consents to one thing.

    `apart` is this person's alone: what it draws changes nobody else.
    """
    years = min(int(draw.expovariate(1 / MEAN_YEARS)), OLDEST_YEARS)
    child = years < AGE_OF_MAJORITY_YEARS
    born = _born(draw, day, years)
    age = years if often(draw, "age known") else None
    may_consent = not child and (born, age) != (None, None)
    agrees = often(draw, "agrees to be called") and may_consent
    alone = child and years >= ALONE_FROM_YEARS and often(draw, "child alone")
    return {
        "born": born,
        "age": age,
        "child_alone": alone,
        "needs": _needs(draw, alone=alone, years=years),
        "agrees_to_be_called": agrees,
        "withdraws": agrees and often(draw, "withdraws"),
        "wants_shelter": may_consent and not agrees and often(apart, "wants shelter"),
    }


def often(draw: random.Random, what: str) -> bool:
    """Return whether it happens this time."""
    return draw.random() < HOW_OFTEN[what]


def _name(draw: random.Random) -> str:
    return "".join(draw.choice(SYLLABLES) for _ in range(draw.randint(2, 3))).capitalize()


def _given_name(day: date, index: int) -> str:
    """Return a given name that nobody else of that day has."""
    place = (index * 7919 + day.toordinal() * 101) % NAMES
    syllables = len(SYLLABLES)
    parts = (place // syllables**2, place // syllables % syllables, place % syllables)
    return "-".join(SYLLABLES[part] for part in parts).title().replace("-", "").capitalize()


def _born(draw: random.Random, day: date, years: int) -> str | None:
    """Return a date of birth, known to the day, the year, or not at all."""
    year = day.year - years - 1
    if often(draw, "born on a known day"):
        return f"{year}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    return f"{year}" if often(draw, "born in a known year") else None


def _reception_needs(draw: random.Random) -> tuple[ReceptionNeed, ...]:
    wanted = [ReceptionNeed.SHELTER]
    wanted += [
        need
        for need in (ReceptionNeed.MEDICAL, ReceptionNeed.DIET)
        if often(draw, "reception need")
    ]
    return tuple(wanted)


def _needs(draw: random.Random, *, alone: bool, years: int) -> tuple[TopNeed, ...]:
    needs = [TopNeed.UNACCOMPANIED_OR_SEPARATED_CHILD] if alone else []
    needs += [TopNeed.OLDER_PERSON_AT_RISK] if years >= OLDER_FROM_YEARS else []
    needs += [TopNeed.DISABILITY] if often(draw, "disability") else []
    return tuple(needs)


def reference_of(traveller: Traveller, kind: Kind = Kind.PERSON) -> Reference:
    """Return the border's own reference of a person."""
    return _reference(kind, f"{traveller.seed} {traveller.day} {traveller.index}")


def encounter_of(seed: int, day: date, boat: int) -> Reference:
    """Return the border's own reference of one boat's landing."""
    return _reference(Kind.ENCOUNTER, f"{seed} {day} boat {boat}")


def _reference(kind: Kind, text: str) -> Reference:
    return reference(kind, Form.OWN, hashlib.sha256(f"{kind} {text}".encode()).digest()[:16])


def traveller_of(seed: int, wristband: str, counts: Mapping[date, int]) -> Traveller | None:
    """Return who wears a wristband, or None if nobody of these days does."""
    match = WRISTBAND.match(wristband)
    if match is None:
        return None
    year, month, day, index = (int(part) for part in match.groups())
    try:
        when = date(year, month, day)
    except ValueError:
        return None
    people = travellers(seed, when, counts.get(when, 0))
    return people[index] if index < len(people) else None
