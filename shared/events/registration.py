"""What the reception authority tells: who is registered, and what changed since.

Source: UNHCR Executive Committee, Conclusion No. 91 (2001), (b)(vi), for the information recorded;
10-Point Plan of Action, point 4.
"""

from typing import Annotated, Final

from msgspec import Meta

from shared.codes.dates import PartialDate
from shared.codes.movement import EntryMode
from shared.codes.people import (
    AgeBand,
    AgeStatus,
    InterpreterSex,
    Level,
    MaritalStatus,
    PaperKind,
    Sex,
    SizeBand,
    State,
    Statelessness,
)
from shared.codes.places import Address, Area, Country, Language, Name, Number, Phone
from shared.events.border import Count
from shared.events.event import ABSENT, COARSE, Absent, Event, Part, Topic, contract
from shared.kernel.agencies import (
    ASYLUM,
    BORDER,
    CHILD_PROTECTION,
    IOM,
    RECEPTION,
    STATISTICS,
    UNHCR,
)
from shared.kernel.categories import Category
from shared.kernel.identifiers import EncounterRef, GroupRef, PersonRef

HEARERS: Final = (UNHCR, ASYLUM, IOM, CHILD_PROTECTION, STATISTICS)
"""Who can ever hear a registration."""

Occupation = Annotated[int, Meta(ge=0, le=9999)]
"""ISCO-08 code."""


class IdentityPaper(Part, frozen=True, kw_only=True):
    """One identity or travel document, as shown."""

    kind: Annotated[PaperKind, Category.DOCUMENT_NUMBER, COARSE]
    number: Annotated[Number | Absent, Category.DOCUMENT_NUMBER] = ABSENT
    issuer: Annotated[Country | Absent, Category.DOCUMENT_NUMBER] = ABSENT


class Identity(Event, frozen=True, kw_only=True):
    """What registration knows of a person that profiling may find wrong."""

    family_name: Annotated[Name | Absent | None, Category.FULL_NAME] = ABSENT
    given_name: Annotated[Name | Absent | None, Category.FULL_NAME] = ABSENT
    other_names: Annotated[tuple[Name, ...] | Absent | None, Category.OTHER_NAMES] = ABSENT
    sex: Annotated[Sex | Absent | None, Category.SEX] = ABSENT
    date_of_birth: Annotated[PartialDate | Absent | None, Category.EXACT_DATE_OF_BIRTH] = ABSENT
    age_band: Annotated[AgeBand | Absent | None, Category.AGE_BAND] = ABSENT
    age_status: Annotated[AgeStatus | Absent | None, Category.AGE_BAND] = ABSENT
    nationalities: Annotated[tuple[Country, ...] | Absent | None, Category.NATIONALITY] = ABSENT
    country_of_origin: Annotated[Country | Absent | None, Category.NATIONALITY] = ABSENT
    identity_papers: tuple[IdentityPaper, ...] | Absent | None = ABSENT
    size_band: Annotated[SizeBand | Absent | None, Category.GROUP_COMPOSITION, COARSE] = ABSENT
    area: Annotated[Area | Absent | None, Category.ADDRESS, COARSE] = ABSENT
    address: Annotated[Address | Absent | None, Category.ADDRESS] = ABSENT
    contact: Annotated[Phone | Absent | None, Category.CONTACT] = ABSENT
    languages: Annotated[tuple[Language, ...] | Absent | None, Category.LANGUAGE] = ABSENT
    interpreter_sex: Annotated[InterpreterSex | Absent | None, Category.LANGUAGE] = ABSENT
    marital_status: Annotated[MaritalStatus | Absent | None, Category.MARITAL_STATUS] = ABSENT
    occupation: Annotated[Occupation | Absent | None, Category.EDUCATION_OCCUPATION] = ABSENT
    arrived_on: Annotated[PartialDate | Absent | None, Category.ARRIVAL] = ABSENT
    entry_mode: Annotated[EntryMode | Absent | None, Category.ARRIVAL, COARSE] = ABSENT
    stateless_indication: Annotated[Statelessness | Absent | None, Category.STATELESSNESS] = ABSENT


class PersonState(Identity, frozen=True, kw_only=True):
    """The whole current state of a registered person, as registration knows it."""

    person: PersonRef
    registration_no: Annotated[Number | Absent | None, Category.REGISTRATION_NUMBER] = ABSENT
    level: Annotated[Level | Absent | None, Category.REGISTRATION_NUMBER] = ABSENT
    state: Annotated[State | Absent | None, Category.REGISTRATION_NUMBER] = ABSENT
    group: GroupRef | Absent | None = ABSENT


@contract(Topic.EVENTS, authors=(RECEPTION,), audience=HEARERS)
class PersonRegistered(PersonState, frozen=True, kw_only=True):
    """A person was individually registered."""


@contract(Topic.EVENTS, authors=(RECEPTION,), audience=HEARERS)
class RegistrationUpdated(PersonState, frozen=True, kw_only=True):
    """Something about a registered person changed, or is told again."""


@contract(Topic.EVENTS, authors=(RECEPTION,), audience=(BORDER,), directed=True, key="encounter")
class HandoverReceived(Event, frozen=True, kw_only=True):
    """Those handed over in one encounter are registered."""

    encounter: EncounterRef
    registered: Annotated[Count | Absent | None, Category.ENCOUNTER] = ABSENT
