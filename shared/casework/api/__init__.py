"""Casework over HTTP. A route turns a request into a command, and nothing else.

The path names the agency's own reference. What is unknown and a role that may not get the same
answer as what does not exist.
"""

from fastapi import APIRouter

from shared.casework.api.offer import offer_router
from shared.casework.api.person import person_router
from shared.casework.api.referral import referral_router
from shared.casework.api.transact import Transact

__all__ = ["Transact", "casework_router"]


def casework_router(
    transact: Transact, *, concerns: bool = True, receives: bool = False
) -> APIRouter:
    """Return all routes of casework, working in the given service's transactions.

    Args:
        transact: runs work in one transaction of the mounting service, at a desk of its own.
        concerns: whether the agency sends concerns; UNHCR hears them and sends none.
        receives: whether referrals can be offered to the agency.
    """
    router = APIRouter()
    router.include_router(person_router(transact, concerns=concerns))
    router.include_router(referral_router(transact))
    if receives:
        router.include_router(offer_router(transact))
    return router
