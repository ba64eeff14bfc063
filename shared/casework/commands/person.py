"""What any agency that meets a person can be asked to do. The models are also the HTTP bodies."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError
from typing_extensions import override

from shared.kernel.agencies import COLUMN_OF, Agency, Purpose
from shared.kernel.categories import NEVER, Category
from shared.kernel.consent import AgeState, ChosenBy, Giver
from shared.kernel.identifiers import ConsentRef, Kind, is_well_formed

NOTE_MOST: Final = 2000
"""Characters of a note. Tenpoint design decision: they fit a sealed part in any script."""

PLAIN: Final = "not taken"
"""Text of every error of form: a code says which; the value is never repeated."""

NOT_A_CATEGORY: Final = "not_a_category"
NEVER_RELEASED: Final = "never_released"
NOT_A_RECIPIENT: Final = "not_a_recipient"
NOT_A_REFERENCE: Final = "not_a_reference"

NAMED: Final = {category.name: category for category in Category}


def category_named(name: object) -> Category:
    """Return the category of a code name such as `FULL_NAME`.

    Raises:
        PydanticCustomError: no category has that name; a number is no name.
    """
    if isinstance(name, Category):
        return name
    category = NAMED.get(name) if isinstance(name, str) else None
    if category is None:
        raise PydanticCustomError(NOT_A_CATEGORY, PLAIN)
    return category


def may_travel(category: Category) -> Category:
    """Return a category that may leave its owner at all.

    Raises:
        PydanticCustomError: nothing can consent to its release.
    """
    if category in NEVER:
        raise PydanticCustomError(NEVER_RELEASED, PLAIN)
    return category


def partner(code: Agency) -> Agency:
    """Return the code of an agency that can be a recipient.

    Raises:
        PydanticCustomError: no such agency; a mistyped one would restrict nothing.
    """
    if code not in COLUMN_OF:
        raise PydanticCustomError(NOT_A_RECIPIENT, PLAIN)
    return code


def of_consent(text: ConsentRef) -> ConsentRef:
    """Return a well-formed reference of a consent.

    Raises:
        PydanticCustomError: its kind, form or check character is wrong.
    """
    if not is_well_formed(text, Kind.CONSENT):
        raise PydanticCustomError(NOT_A_REFERENCE, PLAIN)
    return text


Recipient = Annotated[Agency, AfterValidator(partner)]
NamedCategory = Annotated[
    Category,
    BeforeValidator(category_named),
    WithJsonSchema({"type": "string", "enum": sorted(NAMED)}),
]
Releasable = Annotated[NamedCategory, AfterValidator(may_travel)]
Consent = Annotated[ConsentRef, AfterValidator(of_consent)]
Some = Field(min_length=1, max_length=len(Category))
Everybody = Literal["ALL"]


class Command(BaseModel):
    """What all commands have: closed, frozen, and silent about what they hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @override
    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show no field, so that no log and no traceback tells what a person said."""
        return []


class RaiseConcern(Command):
    """Send a worry about a person's safety to UNHCR's protection desk.

    No reason is asked; a note is sealed at once and kept nowhere else. Source: 10-Point Plan of
    Action, point 3; UNHCR Executive Committee, Conclusion No. 93 (2002).
    """

    note: Annotated[str, Field(max_length=NOTE_MOST)] | None = None


class GiveConsent(Command):
    """Record an act done with a person's consent, bound to one purpose and its recipients.

    Source: UNHCR, Guidance on Registration and Identity Management, 5.2. What was not said about
    the setting counts against the consent.
    """

    information_given: StrictBool = False
    giver: Giver
    purpose: Purpose
    recipients: Annotated[tuple[Recipient, ...], Some]
    categories: Annotated[tuple[Releasable, ...], Some]
    until: date
    """Last day of validity, included."""
    alone: StrictBool | None = None
    deprived_of_liberty: StrictBool | None = None
    interpreter_by: ChosenBy | None = None


class WithdrawConsent(Command):
    """The person says no: to one consent, or to recipients and categories; unsaid means all."""

    consent: Consent | None = None
    recipients: Annotated[tuple[Recipient, ...], Some] | Everybody | None = None
    categories: Annotated[tuple[NamedCategory, ...], Some] | None = None


class SetWithholding(Command):
    """The person, or their safety, says: not to them. What is not said means the widest."""

    from_: Annotated[tuple[Recipient, ...], Some] | Everybody | None = Field(None, alias="from")
    categories: Annotated[tuple[NamedCategory, ...], Some] | None = None
    on: StrictBool = True
    """False lifts a withholding, in sequence."""


class StateSafeguards(Command):
    """State what the agency has found about age and place; what is not said protects."""

    treated_as_child: AgeState = AgeState.UNKNOWN
    hide_location: StrictBool = True
