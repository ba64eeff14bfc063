"""Who leads, and how a batch is read, judged, committed and delivered.

One exchange leads at a time. Data is taken in hand first; then every control topic is read to its
end, so that a restriction acknowledged before the data is judged is honoured; if they cannot be
read, nothing is decided. Source: Tenpoint design decision, found with the model in `tests/crashes`.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from services.dataexchange.handlers.agreements import begin_agreements
from services.dataexchange.handlers.commit import Committed, Desk, commit
from services.dataexchange.handlers.deliver import Due, as_decided, outgoing, recheck
from services.dataexchange.handlers.heads import HEAD_EVERY, Sign, sign_head
from services.dataexchange.handlers.intake import MOST, Intake
from services.dataexchange.rules.outcomes import GAP
from services.dataexchange.store import holes, log
from services.dataexchange.store.policy import Deployment
from shared.kernel.clock import Clock
from shared.kernel.errors import Fenced, Gap, Unavailable
from shared.kernel.identifiers import MakeId
from shared.messaging.bus import Bus, Record
from shared.storage.engine import Database
from shared.telemetry.logs import note

LEASE: Final = timedelta(seconds=15)
"""A leader that has not renewed its lease for this long may be replaced."""

FRESH: Final = timedelta(seconds=30)
"""What was decided longer ago than this is judged again before it is sent."""

WAIT_S: Final = 0.2
"""Longest wait for something to decide."""


@dataclass(slots=True)
class Leader:
    """One process that leads, or waits to lead."""

    holder: str
    bus: Bus
    database: Database
    deployment: Deployment
    sign: Sign
    clock: Clock
    """Case time: virtual in the demo and in tests."""
    liveness: Clock
    """Liveness time: leases, heads, freshness; always real outside tests."""
    make_id: MakeId
    epoch: int | None = None
    lease: timedelta = LEASE
    """Nothing where only one process can ever be: then it leads at once after a restart."""
    head_due: bool = False
    fresh: dict[int, tuple[datetime, Due]] = field(default_factory=dict)
    """Records decided by this leader and not yet delivered, with the time of the decision."""

    def desk(self, session: Session) -> Desk:
        """Return what an act is done with, in one transaction, now."""
        return Desk(session, self.deployment, self.clock(), self.make_id)

    @property
    def intake(self) -> Intake:
        """Return what this leader reads."""
        return Intake(self.bus, self.database, sorted(self.deployment.authors), self.desk)

    async def step(self, *, wait: float = 0.0) -> int:
        """Do one round of leading; return how many records were decided or delivered.

        Raises:
            Fenced: another leader has taken over; the next step tries to lead again.
            Unavailable: a topic or the database cannot be reached; nothing was lost.
        """
        if not await self.lead():
            return 0
        done = await self.deliver()
        done += await self.begin_agreements()
        whole = await self.is_whole()
        data = await self.intake.data(epoch=self.leading(), wait=wait) if whole else []
        done += await self.read_control()
        if await self.is_whole():
            done += await self.decide(data)
        else:
            await self.intake.assign_data()
        if self.head_due or await self.head_is_old():
            await self.sign_head()
        return done + await self.deliver()

    async def run(self, stop: asyncio.Event) -> None:
        """Lead, or wait to lead, until told to stop."""
        while not stop.is_set():
            try:
                done = await self.step(wait=WAIT_S)
            except (Fenced, Unavailable, Gap) as error:
                note("exchange waits", level=logging.WARNING, code=error.code)
                self.epoch = None
                done = 0
            if not done and self.epoch is None:
                await asyncio.sleep(WAIT_S)

    async def lead(self) -> bool:
        """Take or keep the lease; return whether this process leads."""
        now = self.liveness()
        epoch = await self.database.transact(
            lambda session: log.take_lease(session, self.holder, now=now, lasting=self.lease)
        )
        if epoch is not None and epoch != self.epoch:
            await self.take_over(epoch)
        self.epoch = epoch
        return epoch is not None

    async def take_over(self, epoch: int) -> None:
        """Begin to lead: read control to its end before anything pending is sent, sign at once."""
        self.fresh.clear()
        self.epoch = epoch
        await self.intake.assign_data()
        await self.read_control()
        await self.sign_head()

    async def read_control(self) -> int:
        """Read control to its end, taken now, and decide it.

        Raises:
            Unavailable: the end is not known or was not reached: nothing may be decided.
        """
        before = await self.database.transact(holes.open_holes)
        done = await self.decide(await self.intake.control(epoch=self.leading()))
        after = await self.database.transact(holes.open_holes)
        self.head_due |= before != after
        return done

    async def begin_agreements(self) -> int:
        """Let agreements whose first day has come begin; return how many."""
        epoch = self.leading()
        return await self.database.transact(
            lambda session: begin_agreements(epoch=epoch, desk=self.desk(session))
        )

    async def is_whole(self) -> bool:
        """Return whether everything that agencies said about what may flow was read."""
        return await self.database.transact(holes.is_whole)

    async def decide(self, records: list[Record]) -> int:
        """Commit records in batches; return how many."""
        for start in range(0, len(records), MOST):
            unread = start + MOST < len(records)
            await self.commit(records[start : start + MOST], unread=unread)
        return len(records)

    async def commit(self, records: list[Record], *, unread: bool) -> None:
        """Commit one batch and keep its content until it is delivered."""
        epoch = self.leading()
        committed = await self.database.transact(
            lambda session: commit(records, epoch=epoch, desk=self.desk(session), unread=unread)
        )
        self.keep(committed)
        self.head_due |= any(outcome.code == GAP for outcome in committed.outcomes)

    def keep(self, committed: Committed) -> None:
        """Keep what was decided until it is delivered."""
        self.fresh[committed.number] = (self.liveness(), as_decided(committed))

    def leading(self) -> int:
        """Return the epoch.

        Raises:
            Unavailable: this process does not lead.
        """
        if self.epoch is None:
            raise Unavailable
        return self.epoch

    async def head_is_old(self) -> bool:
        """Return whether it is time to sign."""
        head = await self.database.transact(log.lock_head)
        return self.liveness() - head.signed_at >= HEAD_EVERY

    async def sign_head(self) -> None:
        """Sign the log for everybody."""
        epoch, now = self.leading(), self.liveness()
        committed = await self.database.transact(
            lambda session: sign_head(epoch=epoch, sign=self.sign, now=now, desk=self.desk(session))
        )
        self.keep(committed)
        self.head_due = False

    async def deliver(self) -> int:
        """Send everything pending in the order of the log; return how many releases went.

        Raises:
            Unavailable: the outcome is unknown; the same numbers and bytes go again.
        """
        waiting = await self.database.transact(log.pending)
        if not waiting:
            return 0
        due = [await self.due(number) for number in waiting]
        messages = [
            outgoing(release, body)
            for record in due
            for release, body in zip(record.releases, record.bodies, strict=True)
        ]
        await self.bus.publish(messages)
        await self.database.transact(lambda session: self.delivered(session, waiting))
        for number in waiting:
            self.fresh.pop(number, None)
        return len(messages)

    def delivered(self, session: Session, numbers: list[int]) -> None:
        """Mark records as delivered, if this process still leads."""
        log.check_epoch(session, self.leading())
        log.delivered(session, numbers)

    async def due(self, number: int) -> Due:
        """Return a pending record as decided a moment ago, or made and judged again."""
        decided_at, due = self.fresh.get(number, (log.NEVER, None))
        if due is not None and self.liveness() - decided_at < FRESH:
            return due
        _, body = await self.database.transact(lambda session: log.read(session, number))
        sources = await self.intake.sources_of(body)
        epoch = self.leading()
        checked = await self.database.transact(
            lambda session: recheck(number, sources, epoch=epoch, desk=self.desk(session))
        )
        self.fresh[number] = (self.liveness(), checked)
        return checked
