"""Simulated clerks of the reception authority: they work registration's HTTP interface only.

A clerk sees who waits and their wristbands, and knows the person who stands before them; here that
person is made from the seed. Every act has a key, so that a restart does nothing twice.
"""

import asyncio
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any, Final

import httpx

from embedded.partners.book import Book
from embedded.partners.calls import Desk, Token, Unexpected, each
from embedded.people import Traveller, traveller_of, travellers
from shared.kernel.agencies import SHELTER, UNHCR, Role
from shared.kernel.errors import Unavailable

ALONE: Final = "alone"
"""Instead of a reference: the person came by themselves."""

PAUSE_S: Final = 0.2
"""After which a service that could not is asked again."""

VALID_UNTIL: Final = "2030-12-31"
"""Last day of the consents of the demo."""


class Clerks:
    """All clerks of one reception site."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        token: Token,
        *,
        seed: int,
        counts: Mapping[date, int],
        book: Book,
        abreast: int = 16,
    ) -> None:
        """Sit down at registration."""
        self.desk = Desk(client, token)
        self.seed = seed
        self.counts = counts
        self.book = book
        self.abreast = asyncio.Semaphore(abreast)

    async def work(self) -> int:
        """Receive those who wait, and decide proposed corrections; return how many acts.

        Raises:
            Unavailable: registration could not do all of it; the rest is done. Work again.
        """
        waiting = await self.desk.everything("/v1/intake", "waiting", Role.INTAKE)
        bands = self.book.open | {
            waits["wristband"]: waits["person"]
            for waits in waiting
            if waits["wristband"] is not None
        }
        known = [
            (person, traveller)
            for band, person in bands.items()
            if (traveller := traveller_of(self.seed, band, self.counts)) is not None
        ]
        served = (self.serve(traveller, person) for person, traveller in known)
        return await each((*served, self.decide_corrections()))

    async def walk_ins(self, day: date) -> int:
        """Receive those of a day who come by themselves, each once; return how many there are."""
        alone = [
            traveller
            for traveller in travellers(self.seed, day, self.counts[day])
            if traveller.boat is None
        ]
        while waiting := [one for one in alone if one.wristband not in self.book.done]:
            try:
                await each(self.serve_alone(traveller) for traveller in waiting)
            except Unavailable:
                await asyncio.sleep(PAUSE_S)
        return len(alone)

    async def serve(self, traveller: Traveller, person: str) -> int:
        """Receive one person who waits, to the end, whatever falls meanwhile; count the act."""
        self.book.begin(traveller.wristband, person)
        await self.receive(traveller, person)
        self.book.finish(traveller.wristband, person)
        return 1

    async def serve_alone(self, traveller: Traveller) -> int:
        """Receive one person who came by themselves; count the act."""
        await self.receive(traveller, None)
        self.book.finish(traveller.wristband, ALONE)
        return 1

    async def receive(self, traveller: Traveller, person: str | None) -> None:
        """Register one person, and write down what they wish.

        Raises:
            Unexpected: registration refused.
        """
        async with self.abreast:
            body = form_of(traveller) | ({} if person is None else {"person": person})
            key = f"reg-{traveller.wristband}"
            await self.write_down(traveller, await self.register(body, key))

    async def register(self, body: Mapping[str, Any], key: str) -> str:
        """Return the reference under which a person is registered, by now or since before.

        Raises:
            Unexpected: registration refused.
        """
        answer = await self.desk.ask("POST", "/v1/persons", Role.INTAKE, body=body, key=key)
        if answer.status_code == HTTPStatus.CREATED:
            return str(answer.json()["person"])
        if answer.json().get("code") == "already_registered":
            return str(body["person"])
        raise Unexpected(str(answer.status_code))

    async def write_down(self, traveller: Traveller, person: str) -> None:
        """Write down a worry, a wish and a consent."""
        band = traveller.wristband
        if traveller.worry is not None:
            note = {"note": traveller.worry}
            await self.do(person, "concerns", note, f"worry-{band}")
        if traveller.withholds_name:
            wish = {"from": [UNHCR], "categories": ["FULL_NAME"]}
            await self.do(person, "withholdings", wish, f"wish-{band}")
        if traveller.agrees_to_be_called:
            await self.do(person, "consents", consent_of(), f"consent-{band}")
        if traveller.wants_shelter:
            await self.do(person, "referrals", referral_of(traveller), f"shelter-{band}")

    async def do(self, person: str, what: str, body: object, key: str) -> None:
        """Do one act of casework, unless it is done.

        Raises:
            Unexpected: it was refused.
        """
        if key in self.book.done:
            return
        path = f"/v1/persons/{person}/{what}"
        refused = await self.desk.post(path, body, Role.CASEWORKER, key=key)
        if refused is not None:
            raise Unexpected(refused)
        self.book.finish(key, person)

    async def decide_corrections(self) -> int:
        """Take over the corrections that UNHCR proposes; return how many.

        One that registration refuses stays on the list, and is no work done: it holds up nothing.
        """
        async with self.abreast:
            proposed = await self.desk.everything("/v1/corrections", "corrections", Role.INTAKE)
        return await each(self.take_over(one["id"]) for one in proposed)

    async def take_over(self, correction: int) -> int:
        """Take over one correction; count the act unless registration refuses."""
        async with self.abreast:
            path = f"/v1/corrections/{correction}/decision"
            refused = await self.desk.post(path, {"accept": True}, Role.INTAKE)
        return int(refused is None)


def form_of(traveller: Traveller) -> dict[str, Any]:
    """Return what a person tells a clerk."""
    form: dict[str, Any] = {
        "information_given": True,
        "family_name": traveller.misspelt or traveller.family_name,
        "given_name": traveller.given_name,
        "sex": traveller.sex,
        "nationalities": [traveller.nationality],
        "country_of_origin": traveller.nationality,
        "languages": [traveller.language],
        "contact": traveller.phone,
        "address": traveller.address,
        "area": traveller.area,
        "arrived_on": traveller.day.isoformat(),
        "entry_mode": "SEA_SMALL_CRAFT" if traveller.boat is not None else "UNKNOWN",
        "hide_location": False,
        "level": "BASIC",
    }
    if traveller.born is not None:
        return form | {"date_of_birth": traveller.born, "age_status": "STATED"}
    if traveller.age is not None:
        return form | {"age": traveller.age, "age_status": "ESTIMATED"}
    return form | {"age_not_known": True}


def referral_of(traveller: Traveller) -> dict[str, Any]:
    """Return the request for a place, with the consent that goes with it."""
    return {
        "service": "SHELTER",
        "pathway": "PW-SHELTER",
        "priority": "URGENT",
        "area": traveller.area,
        "region": traveller.area,
        "given": consent_of("RECEPTION", SHELTER, "FULL_NAME", "CONTACT"),
    }


def consent_of(
    purpose: str = "PROFILING", recipient: str = UNHCR, *categories: str
) -> dict[str, Any]:
    """Return a consent, given freely: unless said otherwise, to be called by UNHCR."""
    return {
        "information_given": True,
        "giver": "SELF",
        "purpose": purpose,
        "recipients": [recipient],
        "categories": list(categories) or ["CONTACT"],
        "until": VALID_UNTIL,
        "alone": True,
        "deprived_of_liberty": False,
        "interpreter_by": "PERSON",
    }
