"""Lost, doubled or nobody's: what the services hold, compared with what the seed says."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from embedded.arrivals import table
from embedded.holdings import HELD, IN_TIME, Registration, held, registrations
from embedded.main import Embedded
from embedded.people import Traveller, travellers
from shared.kernel.agencies import UNHCR


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Numbers of people, concerns and acts; `lost`, `doubled` and `nobodys` must be 0."""

    arrived: int
    registered: int
    profiles: int
    raised: int
    """Fears and worries that people have, by the seed."""
    heard: int
    """Concerns that UNHCR has heard, by its own file."""
    in_time: int
    corrected: int
    withdrawn: int
    lost: int
    doubled: int
    nobodys: int

    @property
    def is_right(self) -> bool:
        """Return whether everything of everybody is there once, and nothing else."""
        return not (self.lost or self.doubled or self.nobodys)


class Wanted(NamedTuple):
    """How often something must be there: at least, and at most."""

    least: int
    most: int


async def reckon(embedded: Embedded, counts: Mapping[date, int]) -> Reckoning:
    """Compare everybody of the days with what reception and UNHCR hold."""
    people = [one for day, count in counts.items() for one in travellers(embedded.seed, day, count)]
    found = await registrations(embedded)
    have = {what: await held(embedded, *asked) for what, asked in HELD.items()}
    lost, doubled = compare(people, by_phone(found), have)
    return Reckoning(
        arrived=len(people),
        registered=len(found),
        profiles=have["profiles"].total(),
        raised=sum(concerns_of(one) for one in people),
        heard=have["hearings"].total(),
        in_time=(await held(embedded, UNHCR, IN_TIME)).total(),
        corrected=have["corrections"].total(),
        withdrawn=have["withdrawals"].total(),
        lost=lost,
        doubled=doubled,
        nobodys=sum(is_nobodys(one, embedded.seed, counts) for one in found),
    )


def by_phone(found: Iterable[Registration]) -> Mapping[str, list[str]]:
    """Return the subjects registered under each telephone number."""
    subjects: dict[str, list[str]] = {}
    for one in found:
        subjects.setdefault(one.phone, []).append(one.subject)
    return subjects


def is_nobodys(found: Registration, seed: int, counts: Mapping[date, int]) -> bool:
    """Return whether no one of the seed is registered here.

    Another demonstration of this folder may have brought people on days that are not counted now.
    """
    day = found.arrived_on
    if day is None:
        return True
    people = travellers(seed, day, counts.get(day, table().get(day, 0)))
    return all(one.phone != found.phone for one in people)


def compare(
    people: Iterable[Traveller],
    registered: Mapping[str, list[str]],
    have: Mapping[str, Counter[str]],
) -> tuple[int, int]:
    """Return of how many people something is lost, and of how many something is doubled.

    `have` counts, by subject, what `wanted_of` says that there must be.
    """
    lost = doubled = 0
    for traveller in people:
        found = registered.get(traveller.phone, [])
        subject = found[0] if found else None
        pairs = [(len(found), Wanted(1, 1))]
        pairs += [
            (have[what][subject] if subject else 0, wanted)
            for what, wanted in wanted_of(traveller).items()
        ]
        lost += any(has < wanted.least for has, wanted in pairs)
        doubled += any(has > wanted.most for has, wanted in pairs)
    return lost, doubled


def wanted_of(traveller: Traveller) -> Mapping[str, Wanted]:
    """Return how often each thing of `HELD` must be there of a person who is registered once.

    UNHCR recognises people by name: whoever keeps it from UNHCR may have been seen there before
    reception wrote the wish down, or not, so that what happens at UNHCR's desk may be missing.
    """

    def sure(what: int) -> Wanted:
        return Wanted(what, what)

    def by_name(what: object) -> Wanted:
        most = int(bool(what))
        return Wanted(0 if traveller.withholds_name else most, most)

    return {
        "profiles": sure(1),
        "concerns": sure(concerns_of(traveller)),
        "hearings": sure(concerns_of(traveller)),
        "withholdings": sure(int(traveller.withholds_name)),
        "consents": sure(int(traveller.agrees_to_be_called) + int(traveller.wants_shelter)),
        "referrals": sure(int(traveller.wants_shelter)),
        "tasks": by_name(traveller.agrees_to_be_called),
        "withdrawals": by_name(traveller.withdraws),
        "corrections": by_name(traveller.misspelt),
    }


def concerns_of(traveller: Traveller) -> int:
    """Return how many concerns about a person there must be: said at the quay, noticed later."""
    return sum(said is not None for said in (traveller.fear, traveller.worry))
