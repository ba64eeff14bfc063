"""Invariants of what recipients know: all they may, nothing they may not, nothing twice."""

from collections import Counter
from collections.abc import Iterator

from tests.crashes.exchange_model.facts import (
    ConsentGiven,
    Content,
    ErasureNotice,
    Payload,
    RestateClosed,
    State,
    person_of,
)
from tests.crashes.exchange_model.statements import outcomes, releases
from tests.crashes.exchange_model.world import World


def nothing_applied_after_notice(world: World) -> Iterator[str]:
    """After a notice no content about the person is applied without a consent since then."""
    log = world.exchange.database.log
    logged = {(r.stream, r.number): record.no for record, r in releases(log)}
    granted: dict[tuple[int, str], list[int]] = {}
    for record, outcome in outcomes(log):
        body = outcome.event.body
        if outcome.verdict == "TAKEN" and isinstance(body, ConsentGiven):
            granted.setdefault((outcome.event.person, body.recipient), []).append(record.no)
    for name, life in _lives(world):
        notified: dict[tuple[int, int], int] = {}
        for partition, number, payload in life:
            at = logged.get(((name, partition), number), -1)
            if isinstance(payload, ErasureNotice):
                notified[payload.person, partition] = at
            elif isinstance(payload, Content):
                person = person_of(payload.key)
                since = notified.get((person, partition), -1)
                grants = granted.get((person, name), [])
                if since >= 0 and not any(since <= grant <= at for grant in grants):
                    yield "content applied after the notice"


def _lives(world: World) -> Iterator[tuple[str, list[tuple[int, int, Payload]]]]:
    for agency in world.agencies.values():
        for life in agency.applied:
            yield agency.name, life


def applied_once(world: World) -> Iterator[str]:
    """No event's content is applied twice between two losses of the recipient's state."""
    for _, life in _lives(world):
        applied = Counter(payload.event for _, _, payload in life if isinstance(payload, Content))
        if any(count > 1 for count in applied.values()):
            yield "content applied twice"


def who_may_know_knows(world: World) -> Iterator[str]:
    """Each recipient with a standing consent knows the current state, unless poison holds it."""
    allows = world.exchange.database.grants.allows
    for author, owner in world.agencies.items():
        for key, version in owner.versions.items():
            person = person_of(key)
            if _held(world, author, person):
                continue
            for recipient, agency in world.agencies.items():
                knows = agency.known.get((author, key)) == version
                if recipient != author and allows(person, recipient) and not knows:
                    yield "may know but does not"


def who_may_not_know_forgot(world: World) -> Iterator[str]:
    """No recipient knows anything of a person for whom no consent stands."""
    for agency in world.agencies.values():
        for _, key in agency.known:
            if not world.exchange.database.grants.allows(person_of(key), agency.name):
                yield "may not know but does"


def restates_end(world: World) -> Iterator[str]:
    """Every restate asked is answered in full, unless poison holds it."""
    for restate in world.exchange.database.grants.restates.values():
        if not restate.closed and not _held(world, restate.owner, restate.person):
            yield "restate never ends"


def _held(world: World, author: str, person: int) -> bool:
    return world.is_stopped(person) or any(
        row.event.poison == 2 and row.event.person == person for row in world.agencies[author].rows
    )


def token_heard_by_one(world: World) -> Iterator[str]:
    """A restate is released to the recipient that its token stands for, and to nobody else."""
    restates = world.exchange.database.grants.restates
    for _, release in releases(world.exchange.database.log):
        body = release.source.event.body if release.source else None
        token = body.token if isinstance(body, State) else None
        if token is not None and release.stream[0] != restates[token].recipient:
            yield "restate heard by somebody who did not need it"


def restate_ends_with_its_last_part(world: World) -> Iterator[str]:
    """A restate counts as ended only when every part of it was taken."""
    parts = _parts(world)
    told: dict[int, list[str]] = {}
    expected: dict[int, int] = {}
    for _, outcome in outcomes(world.exchange.database.log):
        body = outcome.event.body
        if outcome.verdict != "TAKEN":
            continue
        if isinstance(body, State) and body.token is not None:
            told.setdefault(body.token, []).append(outcome.event.key)
        if isinstance(body, RestateClosed):
            expected[body.token] = body.events
    for token, events in expected.items():
        if len(told.get(token, [])) < events:
            continue
        if set(told.get(token, [])[:events]) != parts.get(token, set()):
            yield "restate ended before its last part"


def _parts(world: World) -> dict[int, set[str]]:
    parts: dict[int, set[str]] = {}
    for agency in world.agencies.values():
        for row in agency.rows:
            if isinstance(row.event.body, State) and row.event.body.token is not None:
                parts.setdefault(row.event.body.token, set()).add(row.event.key)
    return parts


KNOWLEDGE = (
    nothing_applied_after_notice,
    applied_once,
    who_may_know_knows,
    who_may_not_know_forgot,
    restates_end,
    token_heard_by_one,
    restate_ends_with_its_last_part,
)
"""Source: Tenpoint design decision ("the log is the order")."""
