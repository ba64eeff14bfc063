"""What the referral desk can be asked. The models are also the bodies of the HTTP interface.

No command accepts for a provider: only the provider itself does. Source: IASC, Inter-Agency
Referral Form and Guidance Note (2017); the refusal is that of Primero's referrals.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

from shared.codes.referrals import Service

Agency = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_-]{0,39}$")]
Area = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{2,24}$")]


class Command(BaseModel):
    """One request; a field that no command has is refused, never passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OfferReferral(Command):
    """Offer a referral to the next provider."""

    provider: Agency | None = None
    """Whom; not said means the first whom the rule finds, in an emergency all of them."""


class CloseReferral(Command):
    """Close a referral that cannot go on."""

    reason: Code | None = None
    """A `ClosureReason`; not said is refused, by a name of its own."""


class ReopenReferral(Command):
    """Ask once more for what expired, as a new referral that follows it."""

    provider: Agency | None = None
    """Whom to offer it to, for example who accepted too late; not said leaves it to the rule."""


class ListService(Command):
    """List a provider's service in the directory, or change what is listed."""

    provider: Agency
    pathway: Code
    service: Service | None = None
    """Not said means any that the pathway has."""
    areas: Annotated[tuple[Area, ...], Field(max_length=100)] = ()
    """Not said means everywhere. Longest list: Tenpoint decision."""
    open: Annotated[bool, Strict()] = True
    """Whether it takes referrals at present."""
