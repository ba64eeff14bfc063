"""How the tests of the sender's half call registration."""

from typing import Any

import httpx

from shared.crypto import sealing
from shared.crypto.partners import Partner, PartnerRegistry
from shared.crypto.sealing import PublicSealingKey
from shared.events.referral import (
    ReferralAccepted,
)
from shared.kernel.agencies import ASYLUM, Agency, Column, Role
from shared.kernel.identifiers import ReferralRef
from tests.registration.builders import said
from tests.registration.world import World

CANARY = "Qzxcanaryxzq"
NONCE = bytes(range(16))
KEY = sealing.new_sealing_key()
TO = sealing.public_of(KEY)

GIVEN: dict[str, Any] = {
    "information_given": True,
    "giver": "SELF",
    "purpose": "ASYLUM_PROCEDURE",
    "recipients": ["gov-asylum"],
    "categories": ["FULL_NAME", "SEX", "ADDRESS"],
    "until": "2026-09-01",
    "alone": True,
}
ASKED: dict[str, Any] = {
    "service": "OTHER",
    "pathway": "PW-ASY-REG",
    "priority": "EMERGENCY",
    "checked": ["WISH_CONFIRMED"],
    "given": GIVEN,
    "area": "XTP-1-3",
    "region": "XTP-1",
    "language": "aaa",
}


def registry_of(agency: Agency, key: PublicSealingKey) -> PartnerRegistry:
    return PartnerRegistry((Partner(agency=agency, column=Column.AA, signing={}, sealing=key),))


async def a_person(world: World, **fields: Any) -> str:
    body = said(age=30, family_name=CANARY, given_name="One", sex="F", **fields)
    return "/v1/persons/" + await world.register(body)


async def asked(world: World, path: str, **fields: Any) -> ReferralRef:
    answer = await world.call("POST", f"{path}/referrals", ASKED | fields, role=Role.CASEWORKER)
    assert answer.status_code == httpx.codes.CREATED, answer.json()
    return ReferralRef(answer.json()["referral"])


def accepted(referral: ReferralRef, **fields: Any) -> ReferralAccepted:
    told = {"provider": ASYLUM, "unsealing_key": TO.id, "seal_nonce": NONCE.hex()}
    return ReferralAccepted(referral=referral, **told | fields)


async def tasks(world: World) -> list[tuple[str, list[str]]]:
    page = (await world.call("GET", "/v1/tasks", role=Role.CASEWORKER)).json()
    return [(task["kind"], task["codes"]) for task in page["tasks"]]


async def view(world: World, referral: str) -> Any:
    answer = await world.call("GET", f"/v1/referrals/{referral}", role=Role.CASEWORKER)
    assert answer.status_code == httpx.codes.OK
    return answer.json()
