"""Registration with its real database on the real event log; the test is the exchange."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from services.registration.main import build
from shared.crypto import sealing, signing
from shared.crypto.keys import opener, sealer
from shared.crypto.partners import PartnerRegistry
from shared.crypto.payload_keys import payload_sealer
from shared.crypto.payloads import Value
from shared.crypto.signing import Use, signer
from shared.events.event import Event, decode, encode, key_of
from shared.events.registry import contract_of, find_contract
from shared.events.sealed import KeyId, Sealed
from shared.kernel.agencies import EXCHANGE, RECEPTION, UNHCR, Agency, Role
from shared.kernel.categories import Category
from shared.kernel.errors import NotSignedIn
from shared.messaging.bus import Message, Partition, Span
from shared.messaging.envelope import Envelope, headers_of, read_envelope, release_id
from shared.messaging.eventlog import EventLog
from shared.messaging.permissions import (
    control_topic,
    events_topic,
    grants,
    stream_topic,
    topics,
)
from shared.storage.engine import Database
from shared.web.caller import Caller
from tests.registration.builders import NOON, counted_ids

PARTITIONS = 3


def verify(name: str) -> Caller:
    if name not in set(Role):
        raise NotSignedIn
    return Caller(RECEPTION, "staff", Role(name))


class World:
    """One service, its carrier, and a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.file = folder / "registration.sqlite"
        self.log = EventLog(
            folder / "log.sqlite",
            topics([RECEPTION], PARTITIONS),
            grants([RECEPTION]),
            lambda: self.now,
        )
        self.exchange = self.log.as_principal(EXCHANGE)
        self.numbers: defaultdict[int, int] = defaultdict(int)
        key, seed = sealing.new_sealing_key(), signing.new_signing_key()
        self.open_sealed = opener(UNHCR, key, {RECEPTION: signing.public_of(seed)})
        self.seed = seed
        self.registry = PartnerRegistry(())
        self.service = build(
            database=self.file,
            bus=self.log.as_principal(RECEPTION),
            clock=lambda: self.now,
            make_id=counted_ids(),
            verify=verify,
            seal=sealer(
                RECEPTION, signer(seed, Use.SEAL), recipient=UNHCR, to=sealing.public_of(key)
            ),
            seal_payload=self.seal_payload,
            partitions=PARTITIONS,
        )

    def seal_payload(
        self, values: Mapping[Category, Value], *, recipient: Agency, key: KeyId, nonce: bytes
    ) -> tuple[Sealed, ...]:
        """Seal by the registry as it is at that moment."""
        seal = payload_sealer(RECEPTION, signer(self.seed, Use.SEAL), self.registry)
        return seal(values, recipient=recipient, key=key, nonce=nonce)

    def close(self) -> None:
        self.service.database.close()
        self.log.close()

    async def settle(self) -> None:
        while await self.service.post.step():
            pass

    async def tell(self, *events: Event, partition: int = 0) -> list[int]:
        """Release events on the reception authority's stream; return their numbers."""
        await self.exchange.publish([self.release(event, partition) for event in events])
        await self.settle()
        last = self.numbers[partition]
        return list(range(last - len(events) + 1, last + 1))

    def release(self, event: Event, partition: int) -> Message:
        self.numbers[partition] += 1
        stream = stream_topic(RECEPTION)
        envelope = Envelope(
            id=release_id(stream, partition, self.numbers[partition]),
            wire=contract_of(type(event)).wire,
            source=EXCHANGE,
            day=self.now.date(),
        )
        return Message(
            topic=stream,
            key=key_of(event, RECEPTION).encode(),
            value=encode(event),
            headers=headers_of(envelope),
            partition=partition,
        )

    async def announced(self, *kinds: type[Event]) -> list[Event]:
        """Return what registration has sent (of some kinds), control first."""
        return [event for event, _ in await self.sent() if not kinds or type(event) in kinds]

    async def sent(self) -> list[tuple[Event, Envelope]]:
        await self.settle()
        own = [control_topic(RECEPTION), events_topic(RECEPTION)]
        ends = await self.exchange.end_offsets(own)
        spans = [Span(Partition(*place), 0, end) for place, end in sorted(ends.items()) if end]
        found: list[tuple[Event, Envelope]] = []
        for record in await self.exchange.read(spans):
            envelope = read_envelope(record)
            contract = find_contract(envelope.wire)
            assert contract is not None
            found.append((decode(contract.event, record.value), envelope))
        return found

    async def rows(self, statement: str) -> list[Any]:
        """Return the rows of a query of the test's own."""
        database = self.service.database
        assert isinstance(database, Database)
        return await database.transact(
            lambda session: list(session.connection().execute(text(statement)))
        )

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: str = Role.INTAKE,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Return the answer to one request."""
        transport = httpx.ASGITransport(self.service.app)
        signed_in = {"Authorization": f"Bearer {role}", **(headers or {})}
        async with httpx.AsyncClient(transport=transport, base_url="http://registration") as client:
            if body is None:
                return await client.request(method, path, headers=signed_in)
            return await client.request(method, path, headers=signed_in, json=body)

    async def register(self, body: dict[str, Any]) -> str:
        """Register one person and return the reference."""
        answer = await self.call("POST", "/v1/persons", body)
        assert answer.status_code == httpx.codes.CREATED
        return str(answer.json()["person"])
