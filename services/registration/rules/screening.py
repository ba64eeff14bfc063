"""Who waits for registration, and who comes first?

People with specific needs come first at every stage. Source: UNHCR, Guidance on Registration and
Identity Management, 6.3. The order of the steps is a Tenpoint design decision. Nothing is
concluded from what was not told: whoever it is not known of comes before those without needs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import msgspec

from services.registration.rules.age import age_state, strictest
from shared.codes.needs import ReceptionNeed, TopNeed
from shared.codes.places import NumberText
from shared.events.border import ScreeningCompleted
from shared.events.control import SafeguardsStated
from shared.events.event import ABSENT, Event
from shared.events.registration import Identity
from shared.kernel.consent import AgeState
from shared.kernel.identifiers import EncounterRef, Reference


class Urgency(IntEnum):
    """How soon; the lowest comes first."""

    MEDICAL_EMERGENCY = 0
    CHILD_ALONE = 1
    NEED = 2
    NOT_KNOWN = 3
    NO_NEED_SAID = 4


@dataclass(frozen=True, slots=True)
class Release:
    """What one release told about one person or encounter.

    `event` is None for a handover, of which only this person's part is kept.
    """

    about: Reference
    partition: int
    number: int
    event: Event | None = None
    encounter: EncounterRef | None = None
    wristband: NumberText | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """What the border has told about one person, taken together."""

    urgency: Urgency
    encounter: EncounterRef | None
    screening: ScreeningCompleted | None
    wristband: NumberText | None = None
    """What the person wears until registered; None before the handover was told."""


def announced(releases: Sequence[Release]) -> Announced | None:
    """Return what the border told about a person, in the order told; None if it told nothing."""
    screening: ScreeningCompleted | None = None
    encounter: EncounterRef | None = None
    wristband: NumberText | None = None
    handed_over = False
    for release in releases:
        if isinstance(release.event, ScreeningCompleted):
            screening = merge(screening, release.event)
        handed_over = handed_over or release.event is None
        encounter = release.encounter or encounter
        wristband = release.wristband or wristband
    if screening is None and not handed_over:
        return None
    urgency = Urgency.NOT_KNOWN if screening is None else urgency_of(screening)
    return Announced(urgency, encounter, screening, wristband)


def urgency_of(screening: ScreeningCompleted) -> Urgency:
    """Return how soon a person is to be registered, by what the border told."""
    reception = screening.reception_needs
    needs = screening.needs
    if reception and ReceptionNeed.MEDICAL_EMERGENCY in reception:
        return Urgency.MEDICAL_EMERGENCY
    if screening.child_alone is True or (
        needs and TopNeed.UNACCOMPANIED_OR_SEPARATED_CHILD in needs
    ):
        return Urgency.CHILD_ALONE
    if reception or needs:
        return Urgency.NEED
    if reception == () and needs == () and screening.child_alone is False:
        return Urgency.NO_NEED_SAID
    return Urgency.NOT_KNOWN


def merge(before: ScreeningCompleted | None, heard: ScreeningCompleted) -> ScreeningCompleted:
    """Return what is known after hearing more: absent leaves, null clears, a value replaces."""
    if before is None:
        return heard
    told = {
        name: value
        for name in heard.__struct_fields__
        if (value := getattr(heard, name)) is not ABSENT
    }
    return msgspec.structs.replace(before, **told)


def age_heard(releases: Iterable[Release], *, own: Iterable[AgeState] = ()) -> AgeState:
    """Return the strictest word on a person's age: whoever says child is heard."""
    return strictest((*own, *(age_told(release.event) for release in releases)))


def age_told(event: Event | None) -> AgeState:
    """Return the word of one event on a person's age; not told is unknown."""
    if isinstance(event, SafeguardsStated) and isinstance(event.treated_as_child, AgeState):
        return event.treated_as_child
    if not isinstance(event, ScreeningCompleted):
        return AgeState.UNKNOWN
    if event.child_alone is True:
        return AgeState.CHILD
    return age_state(Identity(age_band=event.age_band))
