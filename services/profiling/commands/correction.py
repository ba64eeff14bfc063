"""What profiling can be asked. The models are also the bodies of the HTTP interface.

Source: 10-Point Plan of Action, point 5 (an interview confirms what registration recorded); the
fields are those of the registration contract.
"""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError
from typing_extensions import override

from shared.codes.movement import EntryMode
from shared.codes.people import (
    AgeBand,
    AgeStatus,
    InterpreterSex,
    MaritalStatus,
    PaperKind,
    Sex,
    SizeBand,
    Statelessness,
)
from shared.kernel.agencies import Purpose
from shared.kernel.dates import range_of


def existing(partial: str) -> str:
    """Return the partial date if there is such a year, month or day.

    Raises:
        PydanticCustomError: there is none.
    """
    if range_of(partial) is None:
        code = "no_such_date"
        raise PydanticCustomError(code, "")
    return partial


Name = Annotated[str, StringConstraints(max_length=100)]
"""A name as the person gives it, in any script."""

Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"),
    AfterValidator(existing),
]
"""A year, a month or a day."""

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]
Area = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{2,24}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,40}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^[+0-9 ]{3,20}$")]
Address = Annotated[str, StringConstraints(max_length=300)]
Occupation = Annotated[int, Field(ge=0, le=9999, strict=True)]

Few = Field(default=None, max_length=20)
"""A list said, or null to propose that the entry be cleared. Longest list: Tenpoint decision."""


class Command(BaseModel):
    """One request; a field that no command has is refused, never passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @override
    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show no field, so that no log and no traceback tells what a person said."""
        return []


class Paper(Command):
    """One identity or travel document, as shown."""

    kind: PaperKind
    number: Number | None = None
    issuer: Country | None = None


class ProposeCorrection(Command):
    """An interview found entries of the registration wrong.

    A field that is not said proposes nothing; a field said as null proposes to clear the entry.
    A clerk of the reception authority decides.
    """

    family_name: Name | None = None
    given_name: Name | None = None
    other_names: tuple[Name, ...] | None = Few
    sex: Sex | None = None
    date_of_birth: Day | None = None
    age_band: AgeBand | None = None
    age_status: AgeStatus | None = None
    nationalities: tuple[Country, ...] | None = Few
    country_of_origin: Country | None = None
    identity_papers: tuple[Paper, ...] | None = Few
    size_band: SizeBand | None = None
    area: Area | None = None
    address: Address | None = None
    contact: Phone | None = None
    languages: tuple[Language, ...] | None = Few
    interpreter_sex: InterpreterSex | None = None
    marital_status: MaritalStatus | None = None
    occupation: Occupation | None = None
    arrived_on: Day | None = None
    entry_mode: EntryMode | None = None
    stateless_indication: Statelessness | None = None


class OpenTask(Command):
    """The person asked UNHCR, in person, for a service."""

    purpose: Purpose
    until: date
    """Last day of the task, included."""
    in_person: Annotated[bool, Strict()] = False
    """Whether the person asked in person; not said counts as no."""
