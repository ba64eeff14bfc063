"""Is this person treated as a child, and in which band does the age lie?

Doubt protects: whoever is a child at any possible date is a child, and so is everybody whose age
is disputed. Source: Convention on the Rights of the Child (1989), article 1; Committee on the
Rights of the Child, General Comment No. 6 (2005), paragraph 31 (i). The use of the whole possible
range is a Tenpoint design decision.
"""

from datetime import date
from typing import Final

from shared.codes.people import AgeBand, AgeStatus
from shared.events.registration import Identity
from shared.kernel.consent import AgeState
from shared.kernel.dates import AGE_OF_MAJORITY_YEARS, OLDER_AGE_YEARS, age_in_years, range_of

BAND_STARTS: Final = (
    (OLDER_AGE_YEARS, AgeBand.FROM_60),
    (AGE_OF_MAJORITY_YEARS, AgeBand.FROM_18_TO_59),
    (12, AgeBand.FROM_12_TO_17),
    (5, AgeBand.FROM_5_TO_11),
)
"""First age of each band in completed years. Source: UNHCR Refugee Data Finder, age ranges."""

ADULT_BANDS: Final = frozenset(
    {AgeBand.FROM_18_TO_59, AgeBand.FROM_60, AgeBand.ADULT, AgeBand.OLDER}
)
CHILD_BANDS: Final = frozenset(
    {AgeBand.FROM_0_TO_4, AgeBand.FROM_5_TO_11, AgeBand.FROM_12_TO_17, AgeBand.CHILD}
)


def band_of(years: int) -> AgeBand:
    """Return the band of an age in completed years."""
    return next((band for start, band in BAND_STARTS if years >= start), AgeBand.FROM_0_TO_4)


def band_at(date_of_birth: str, *, on: date) -> AgeBand:
    """Return the band of a partial date of birth on a day.

    Over several bands it is the partial form: child as soon as one possible age is a child's.
    """
    born = range_of(date_of_birth)
    if born is None:
        return AgeBand.UNKNOWN
    oldest = band_of(age_in_years(born.earliest, on=on))
    youngest = band_of(age_in_years(born.latest, on=on))
    if oldest is youngest:
        return oldest
    return AgeBand.CHILD if youngest in CHILD_BANDS else AgeBand.ADULT


def age_state(identity: Identity, *, on: date | None = None) -> AgeState:
    """Return whether a person is treated as a child, by everything known about the age.

    Without a day, a date of birth says nothing. One that no calendar has may be any: a child's.
    """
    born = identity.date_of_birth
    unreadable = isinstance(born, str) and range_of(born) is None
    if unreadable or identity.age_status is AgeStatus.DISPUTED:
        return AgeState.CHILD
    bands = set()
    if on is not None and isinstance(born, str):
        bands.add(band_at(born, on=on))
    if isinstance(identity.age_band, AgeBand):
        bands.add(identity.age_band)
    if bands & CHILD_BANDS:
        return AgeState.CHILD
    return AgeState.ADULT if bands & ADULT_BANDS else AgeState.UNKNOWN


def strictest(states: tuple[AgeState, ...]) -> AgeState:
    """Return the word that protects most: whoever says child is heard; nobody known is unknown."""
    if AgeState.CHILD in states:
        return AgeState.CHILD
    return AgeState.ADULT if AgeState.ADULT in states else AgeState.UNKNOWN
