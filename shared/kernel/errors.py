"""Every error Tenpoint raises on purpose.

* TenpointError
  + Refusal               understood, and will not be done; do not retry
    - Invalid             the request breaks a rule of form
    - NotFound            nothing here that the caller may know of
    - Conflict            the present state forbids it
    - Stale               the caller has seen an older state
    - NotSignedIn         no valid token
  + Unavailable           a dependency failed; retry
  + Forbidden             the principal may not use that topic, or there is none
  + Gap                   a position lies before the start or beyond the end of a partition
  + Fenced                another leader has taken over; nothing was written

An error carries codes and field names, never a value that came from a person.
"""

from typing import ClassVar


class TenpointError(Exception):
    """Root of every deliberate error; `code` is stable and safe to publish."""

    code: ClassVar[str] = "error"

    def __init__(self, *fields: str) -> None:
        """Keep the names of the fields concerned, if any: names from a contract, never input."""
        super().__init__(self.code, *fields)
        self.fields = fields


class Refusal(TenpointError):
    """The request was understood and will not be carried out."""

    code = "refused"


class Invalid(Refusal):
    """The request breaks a rule of form."""

    code = "invalid"


class NotFound(Refusal):
    """Nothing here that the caller may know of."""

    code = "not_found"


class Conflict(Refusal):
    """The present state forbids the request."""

    code = "conflict"


class Stale(Refusal):
    """What the request would change was changed since the caller last looked."""

    code = "stale"


class NotSignedIn(Refusal):
    """The request bears no valid token."""

    code = "not_signed_in"


class Unavailable(TenpointError):
    """A dependency failed or did not answer in time; the outcome is unknown."""

    code = "unavailable"


class Forbidden(TenpointError):
    """The principal may not do this on that topic; an unknown topic looks the same."""

    code = "forbidden"


class Gap(TenpointError):
    """A position lies before the start or beyond the end of a partition."""

    code = "gap"


class Fenced(TenpointError):
    """Another leader has taken over; nothing was written."""

    code = "fenced"
