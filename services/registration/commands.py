"""What registration can be asked to do. Every model is also the body of an HTTP request.

A field that is not sent was not asked; null means asked, and there is none. Source of the fields:
UNHCR Executive Committee, Conclusion No. 91 (2001), (b)(vi). The bounds are those of the
contracts; lengths of lists are a Tenpoint design decision.
"""

from typing import Annotated, Any, Final, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt
from pydantic_core import PydanticCustomError
from typing_extensions import override

from shared.codes.dates import PartialDate as DateText
from shared.codes.movement import EntryMode
from shared.codes.people import (
    AgeStatus,
    InterpreterSex,
    Level,
    MaritalStatus,
    PaperKind,
    Sex,
    SizeBand,
    Statelessness,
)
from shared.codes.places import (
    Address,
    AddressText,
    Area,
    AreaText,
    Country,
    CountryText,
    Language,
    LanguageText,
    Name,
    NameText,
    Number,
    NumberText,
    Phone,
    PhoneText,
)
from shared.kernel.dates import PartialDate, range_of
from shared.kernel.identifiers import Kind, PersonRef, is_well_formed

OLDEST_YEARS: Final = 120
"""Highest age in years that is taken as an age. Tenpoint design decision."""

OCCUPATION_MOST: Final = 9999
"""Highest four-digit code. Source: ILO, ISCO-08, unit groups."""

PLAIN: Final = "not taken"
"""Text of every error of form: a code says which; the value is never repeated."""

NOT_A_DATE: Final = "not_a_date"
NOT_A_REFERENCE: Final = "not_a_reference"


def bounds(of: object) -> Any:  # noqa: ANN401 - pydantic's own return type
    """Return the bounds of a contract's type as bounds of a body, so that each is said once.

    The end of a text is written otherwise there: `$` does not let a line end pass in a body.
    """
    meta = get_args(of)[1]
    pattern = meta.pattern and meta.pattern.replace(r"\Z", "$")
    return Field(pattern=pattern, min_length=meta.min_length, max_length=meta.max_length)


def known_date(text: PartialDate) -> PartialDate:
    """Return a partial date that the calendar has.

    Raises:
        PydanticCustomError: there is no such day, month or year.
    """
    if range_of(text) is None:
        raise PydanticCustomError(NOT_A_DATE, PLAIN)
    return text


def of_person(text: PersonRef) -> PersonRef:
    """Return a well-formed reference of a person.

    Raises:
        PydanticCustomError: its kind, form or check character is wrong.
    """
    if not is_well_formed(text, Kind.PERSON):
        raise PydanticCustomError(NOT_A_REFERENCE, PLAIN)
    return text


GivenName = Annotated[NameText, bounds(Name)]
GivenCountry = Annotated[CountryText, bounds(Country)]
GivenLanguage = Annotated[LanguageText, bounds(Language)]
GivenNumber = Annotated[NumberText, bounds(Number)]
GivenDate = Annotated[PartialDate, bounds(DateText), AfterValidator(known_date)]
GivenPerson = Annotated[PersonRef, AfterValidator(of_person)]
Years = Annotated[StrictInt, Field(ge=0, le=OLDEST_YEARS)]
UnitGroup = Annotated[StrictInt, Field(ge=0, le=OCCUPATION_MOST)]


class Command(BaseModel):
    """What all commands have: closed, frozen, and silent about what they hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @override
    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show no field, so that no log and no traceback tells what a person said."""
        return []


class Paper(Command):
    """One identity or travel document, as shown. Having none never blocks anything."""

    kind: PaperKind
    number: GivenNumber | None = None
    issuer: GivenCountry | None = None


class Said(Command):
    """What a person says of themselves."""

    family_name: GivenName | None = None
    given_name: GivenName | None = None
    other_names: Annotated[tuple[GivenName, ...], Field(max_length=20)] | None = None
    sex: Sex | None = None
    date_of_birth: GivenDate | None = None
    age: Years | None = None
    """Age in completed years, when no date is known; kept as the band it lies in."""
    age_status: AgeStatus | None = None
    nationalities: Annotated[tuple[GivenCountry, ...], Field(max_length=10)] | None = None
    country_of_origin: GivenCountry | None = None
    identity_papers: Annotated[tuple[Paper, ...], Field(max_length=10)] | None = None
    size_band: SizeBand | None = None
    area: Annotated[AreaText, bounds(Area)] | None = None
    address: Annotated[AddressText, bounds(Address)] | None = None
    contact: Annotated[PhoneText, bounds(Phone)] | None = None
    languages: Annotated[tuple[GivenLanguage, ...], Field(max_length=20)] | None = None
    interpreter_sex: InterpreterSex | None = None
    marital_status: MaritalStatus | None = None
    occupation: UnitGroup | None = None
    arrived_on: GivenDate | None = None
    entry_mode: EntryMode | None = None
    stateless_indication: Statelessness | None = None
    hide_location: StrictBool | None = None
    """Whether the place must be hidden; not asked counts as hidden."""


class RegisterPerson(Said):
    """Register one person individually.

    Asked for: that information was given, and the date of birth, the age, or that neither is
    known. Nothing else is: papers and consent never block registration. Source: 10-Point Plan of
    Action, point 4; UNHCR, Guidance on Registration and Identity Management, 6.5.
    """

    information_given: StrictBool = False
    wristband: GivenNumber | None = None
    """Number handed over with the person by the border; destroyed once it found its person."""
    person: GivenPerson | None = None
    """Reference from the list of those who wait, where there is no wristband."""
    age_not_known: StrictBool = False
    level: Level = Level.EMERGENCY


class UpdatePerson(Said):
    """Change what is registered. Births, addresses, marriages are changes, not new records.

    Source: UNHCR Executive Committee, Conclusion No. 91 (2001), (b)(i).
    """

    level: Level | None = None


class DecideCorrection(Command):
    """Take over a proposed correction, or leave the entry as it is. A person decides."""

    accept: StrictBool
