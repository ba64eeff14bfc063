"""What the routes stand on: one transaction, the time, and who may see a sensitive referral.

Of a sensitive pathway at most three named coordinators see more than that it waits. Source: UN
Women, guiding principles of referral, for as few people as possible; the number is a Tenpoint
design decision.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Path, Request

from services.referral.rules.record import Referral
from services.referral.store import Store
from shared.kernel.errors import NotFound
from shared.kernel.identifiers import Kind, MakeId, Reference, ReferralRef, is_well_formed
from shared.web.acting import Acting
from shared.web.caller import Caller

MOST_COORDINATORS: Final = 3


@dataclass(frozen=True, slots=True)
class Wiring(Acting[Store]):
    """The desk put together, as far as its routes need it."""

    make_id: MakeId
    coordinators: frozenset[str]
    """Names of the staff who see sensitive referrals."""

    def see(self, referral: ReferralRef, caller: Caller, store: Store) -> Referral:
        """Return a referral that the caller may see.

        Raises:
            NotFound: there is none, or it is sensitive and the caller no coordinator.
        """
        found = store.get_referral(referral)
        if found.sensitive and caller.person not in self.coordinators:
            raise NotFound
        return found


def coordinators_of(names: Collection[str]) -> frozenset[str]:
    """Return who coordinates sensitive referrals.

    Raises:
        ValueError: they are too many.
    """
    if len(set(names)) > MOST_COORDINATORS:
        message = "too many coordinators"
        raise ValueError(message)
    return frozenset(names)


def wiring_of(request: Request) -> Wiring:
    """Return what the service was built with."""
    wiring: Wiring = request.app.state.context
    return wiring


def referral_of(
    r: Annotated[str, Path(description="The desk's reference of a referral")],
) -> ReferralRef:
    """Return the referral that a path names; raises NotFound for what is no such reference."""
    if not is_well_formed(r, Kind.REFERRAL):
        raise NotFound
    return ReferralRef(Reference(r))


Wired = Annotated[Wiring, Depends(wiring_of)]
Named = Annotated[ReferralRef, Depends(referral_of)]
