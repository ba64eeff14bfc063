"""How a route of casework acts: in one transaction of the service that mounts it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from shared.casework.handlers import Desk
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import Kind, Reference, ReferralRef, is_well_formed

T = TypeVar("T")


class Transact(Protocol):
    """Runs work in one transaction of the mounting service, at a desk of its own."""

    async def __call__(self, work: Callable[[Desk], T]) -> T:
        """Return what the work returns, once it is kept."""
        ...


def referral_of(r: str) -> ReferralRef:
    """Return the referral that a path names; raises NotFound for what is no such reference."""
    if not is_well_formed(r, Kind.REFERRAL):
        raise NotFound
    return ReferralRef(Reference(r))
