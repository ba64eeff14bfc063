"""What the exchange can be asked. Agreements enter here; files on a disk decide nothing."""

from pydantic import BaseModel, ConfigDict, Field

from shared.kernel.agencies import Agency, Purpose
from shared.kernel.identifiers import LENGTH


class Command(BaseModel):
    """What all commands are: closed and frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ActivateAgreement(Command):
    """Bring a signed agreement into force: the exact text, and both parties' signatures."""

    text: bytes
    signatures: dict[Agency, bytes]


class SuspendAgreement(Command):
    """Stop an agreement at once; either party may, alone."""

    author: Agency
    recipient: Agency
    purpose: Purpose
    by: Agency


class ResumeAgreement(SuspendAgreement):
    """Let a stopped agreement go on; it does when both parties have said so."""


class RedriveHeld(Command):
    """Ask an author to send its open events about one reference again."""

    handle: str = Field(min_length=1, max_length=64)
    """The handle under which the held aggregate was shown."""


class ExplainPerson(Command):
    """Say, field by field, what each agency may see of a person, and why not more."""

    agency: Agency
    """Whose reference it is."""
    reference: str = Field(min_length=LENGTH, max_length=LENGTH)
