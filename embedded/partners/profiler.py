"""Simulated staff of UNHCR: they work profiling's HTTP interface only.

Concerns come first. People who wish to be called come by themselves; whoever changes their mind
says so here, and wrong names are sent back. Staff recognises a person by what UNHCR may know.
Every act is noted before and after, so that a restart does nothing twice.
"""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import httpx

from embedded.partners.book import Book
from embedded.partners.calls import MOST, Desk, Token, Unexpected, each
from embedded.people import Traveller, travellers
from shared.kernel.agencies import RECEPTION, Role

LONGEST_PAUSE: Final = 8
"""Rounds after which somebody is looked at again at the latest."""

VALID_UNTIL: Final = "2030-12-31"


class Profilers:
    """UNHCR's profiling staff."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        token: Token,
        *,
        seed: int,
        counts: Mapping[date, int],
        book: Book,
        abreast: int = 8,
    ) -> None:
        """Sit down at profiling."""
        self.desk = Desk(client, token)
        self.seed = seed
        self.counts = counts
        self.book = book
        self.begun = frozenset(book.open.values())
        """People for whom an earlier life has begun something: they come first."""
        self.abreast = asyncio.Semaphore(abreast)
        self.finished: set[str] = set()
        self.heard: set[str] = set()
        self.rounds = 0
        self.again: dict[str, tuple[int, int]] = {}
        """By person: the round in which to look again, and how long to wait after it."""

    async def work(self) -> int:
        """Look after people; return how many acts. Concerns are heard by others, at once.

        Raises:
            Unavailable: profiling could not do all of it; the rest is done. Work again.
        """
        acts = await each(self.look_after(person) for person in self.begun)
        self.begun = frozenset()
        self.rounds += 1
        waiting = [
            person
            for person in await self.profiles()
            if person not in self.finished and self.again.get(person, (0, 1))[0] <= self.rounds
        ]
        return acts + await each(self.look_after(person) for person in waiting)

    def look_again(self, person: str) -> None:
        """Look at a person again later, each time after a longer while."""
        _, pause = self.again.get(person, (0, 1))
        self.again[person] = (self.rounds + pause, min(2 * pause, LONGEST_PAUSE))

    async def hear_concerns(self) -> int:
        """Open every concern that waits, and hear the person; return how many.

        Whoever does this does nothing else, so that no concern waits behind other work.

        Raises:
            Unavailable: profiling could not open or hear all of them; the rest is heard.
            Unexpected: it was refused; the day would wait for this concern for ever.
        """
        page = await self.desk.get(f"/v1/concerns?limit={MOST}", Role.PROFILER)
        waiting = [
            one["id"]
            for one in page["concerns"]
            if one["heard_at"] is None and one["id"] not in self.heard
        ]
        return await each(self.hear(concern) for concern in waiting)

    async def hear(self, concern: str) -> int:
        """Open one concern, and hear the person; count the act."""
        await self.desk.get(f"/v1/concerns/{concern}", Role.PROFILER)
        refused = await self.desk.post(f"/v1/concerns/{concern}/hearing", {}, Role.PROFILER)
        if refused is not None:
            raise Unexpected(refused)
        self.heard.add(concern)
        return 1

    async def profiles(self) -> list[str]:
        """Return everybody with a profile."""
        lines = await self.desk.everything("/v1/profiles", "profiles", Role.PROFILER)
        return [line["person"] for line in lines]

    async def look_after(self, person: str) -> int:
        """Do what one person needs now; return how many acts."""
        async with self.abreast:
            file = await self.desk.get(f"/v1/profiles/{person}", Role.PROFILER)
            told = file["told"].get(RECEPTION)
            if told is None:
                self.look_again(person)
                return 0
            traveller = self.recognise(told)
            if traveller is None:
                self.finished.add(person)
                return 0
            return await self.act(person, traveller, told)

    def recognise(self, told: Mapping[str, Any]) -> Traveller | None:
        """Return who this is, if UNHCR may know the name."""
        name, arrived = told.get("given_name"), told.get("arrived_on")
        if name is None or arrived is None:
            return None
        day = date.fromisoformat(arrived)
        people = travellers(self.seed, day, self.counts.get(day, 0))
        return next((one for one in people if one.given_name == name), None)

    async def act(self, person: str, traveller: Traveller, told: Mapping[str, Any]) -> int:
        """Take down what a person wants, step by step; what was done is not done again."""
        acts = await self.put_right(person, traveller, told)
        if not traveller.agrees_to_be_called:
            self.finished.add(person)
            return acts
        if "contact" not in told:
            self.look_again(person)
            return acts + await self.ask_for_help(person, traveller)
        if traveller.withdraws:
            path = f"/v1/persons/{person}/withdrawals"
            acts += await self.do(path, {}, f"no-{traveller.wristband}", person)
        self.finished.add(person)
        return acts

    async def put_right(self, person: str, traveller: Traveller, told: Mapping[str, Any]) -> int:
        """Propose the right name where a clerk wrote a wrong one."""
        if traveller.misspelt is None or told.get("family_name") != traveller.misspelt:
            return 0
        right = {"family_name": traveller.family_name}
        path = f"/v1/profiles/{person}/corrections"
        return await self.do(path, right, f"right-{traveller.wristband}", person)

    async def ask_for_help(self, person: str, traveller: Traveller) -> int:
        """Note that a person came and asked for help."""
        path = f"/v1/profiles/{person}/tasks"
        return await self.do(path, task_of(), f"task-{traveller.wristband}", person)

    async def do(self, path: str, body: object, act: str, person: str) -> int:
        """Do one act for a person and count it, unless it is done.

        Raises:
            Unexpected: it was refused.
        """
        if act in self.book.done:
            return 0
        self.book.begin(act, person)
        refused = await self.desk.post(path, body, Role.PROFILER, key=act)
        if refused is not None:
            raise Unexpected(refused)
        self.book.finish(act, person)
        return 1


def task_of() -> dict[str, Any]:
    """Return the request of a person who came to UNHCR."""
    return {"purpose": "PROFILING", "until": VALID_UNTIL, "in_person": True}
