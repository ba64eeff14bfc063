"""Invariants of the log and the streams: decided once, in order, and nothing against the log."""

from collections import Counter
from collections.abc import Iterator

from tests.crashes.exchange_model.facts import (
    PARTITIONS,
    ConsentGiven,
    ConsentWithdrawn,
    Content,
    ErasureNotice,
    Event,
    Marker,
    Record,
    Stream,
    person_of,
)
from tests.crashes.exchange_model.statements import (
    Statements,
    contents,
    first_places,
    forbids,
    outcomes,
    releases,
)
from tests.crashes.exchange_model.world import World


def comes_to_rest(world: World) -> Iterator[str]:
    """Every outbox row is closed by a decision, or held by a poison that nobody mends."""
    log = world.exchange.database.log
    taken = {o.event.id for _, o in outcomes(log) if o.verdict == "TAKEN"}
    rows = [row for agency in world.agencies.values() for row in agency.rows]
    if not world.rested:
        yield "never comes to rest"
    if any(not row.closed and not world.is_held(row.event) for row in rows):
        yield "outbox row open for ever"
    if any(row.closed and (row.event.poison == 2 or row.event.id not in taken) for row in rows):
        yield "outbox row closed without a decision"


def taken_once_in_order(world: World) -> Iterator[str]:
    """Each event is taken once, data in the order of its sequence, without gaps."""
    taken: Counter[str] = Counter()
    last: Counter[tuple[str, str, str]] = Counter()
    for _, outcome in outcomes(world.exchange.database.log):
        event = outcome.event
        if outcome.verdict != "TAKEN":
            continue
        taken[event.id] += 1
        if event.topic == "data" and event.sequence != last[event.aggregate] + 1:
            yield "aggregate taken out of order"
        last[event.aggregate] = event.sequence
    if any(count > 1 for count in taken.values()):
        yield "event taken twice"


def nothing_released_after_its_restriction(world: World) -> Iterator[str]:
    """No release follows, in the log, what forbids it."""
    said = Statements()
    for record in world.exchange.database.log:
        for outcome in record.outcomes:
            said.fold(outcome)
        for _, release, content in contents([record]):
            person = person_of(content.key)
            if not said.allow(person, release.stream[0]):
                yield "released although the log forbids it"
            if person in said.unread.values():
                yield "released about a stopped person"


def barrier_kept(world: World) -> Iterator[str]:
    """A restriction that was in its topic before the data was in hand is earlier in the log."""
    log = world.exchange.database.log
    first = first_places(log)
    arrived = [
        (step, event)
        for place, partition in world.exchange.inside.items()
        if place[1] == "control"
        for step, event in partition.every
        if isinstance(event.body, ConsentWithdrawn)
    ]
    for record, release, content in contents(log):
        for step, event in arrived:
            late = record.polled > step and first.get(event.id, len(log)) > record.no
            if late and forbids(event, content, release.stream[0]):
                yield "decided before a restriction that was there first"


def own_restriction_first(world: World) -> Iterator[str]:
    """What an owner tells after a withdrawal it wrote down is decided after that withdrawal."""
    log = world.exchange.database.log
    first = first_places(log)
    row_of = {r.event.id: n for a in world.agencies.values() for n, r in enumerate(a.rows)}
    for record, release, content in contents(log):
        for row in world.agencies[content.author].rows[: row_of[content.event]]:
            late = first.get(row.event.id, len(log)) >= record.no
            if late and forbids(row.event, content, release.stream[0]):
                yield "told after a withdrawal, decided before it"


def last_word_counts(world: World) -> Iterator[str]:
    """Where one agency alone speaks of a consent, its last word is what counts."""
    words: dict[tuple[int, str], list[Event]] = {}
    for agency in world.agencies.values():
        for row in agency.rows:
            if isinstance(row.event.body, ConsentGiven | ConsentWithdrawn):
                scope = row.event.person, row.event.body.recipient
                words.setdefault(scope, []).append(row.event)
    for scope, said in words.items():
        if len({word.agency for word in said}) > 1 or any(map(world.is_held, said)):
            continue
        given = isinstance(said[-1].body, ConsentGiven)
        if world.exchange.database.grants.allows(*scope) != given:
            yield "the last word does not count"


def streams_follow_the_log(world: World) -> Iterator[str]:
    """What is published stands in the log first; numbers appear as 1, 2, 3; none is missing."""
    log = world.exchange.database.log
    logged = {(r.stream, r.number): r.payload for _, r in releases(log)}
    rescinded = {number for record in log for number in record.rescinded}
    for stream, partition in world.exchange.streams.items():
        last = 0
        for _, (number, payload) in partition.every:
            marked = payload == Marker() and (stream, number) in rescinded
            if logged.get((stream, number)) != payload and not marked:
                yield "published what the log does not say"
            if number > last + 1:
                yield "first occurrences are not 1, 2, 3"
            last = max(last, number)
        if last != world.exchange.database.number.get(stream, 0):
            yield "logged but never published"


def everybody_given_is_notified(world: World) -> Iterator[str]:
    """A withdrawal that leaves no consent notifies every partition that ever brought content."""
    said, given = Statements(), set[tuple[int, Stream]]()
    for record in world.exchange.database.log:
        ended: list[tuple[int, str]] = []
        for outcome in record.outcomes:
            said.fold(outcome)
            body = outcome.event.body
            if outcome.verdict == "TAKEN" and isinstance(body, ConsentWithdrawn):
                scope = outcome.event.person, body.recipient
                ended += [] if said.allow(*scope) else [scope]
        if _due(ended) & given - _notices(record):
            yield "given but not notified"
        given |= {(person_of(c.key), r.stream) for _, r, c in contents([record])}


def _due(ended: list[tuple[int, str]]) -> set[tuple[int, Stream]]:
    return {(person, (recipient, p)) for person, recipient in ended for p in range(PARTITIONS)}


def _notices(record: Record) -> set[tuple[int, Stream]]:
    return {
        (release.payload.person, release.stream)
        for release in record.releases
        if isinstance(release.payload, ErasureNotice)
    }


def rechecked_before_late_delivery(world: World) -> Iterator[str]:
    """What another leader decided is delivered only if the log, read up to control, allows it."""
    log = world.exchange.database.log
    for delivery in world.exchange.deliveries:
        late = [r for r in delivery.releases if isinstance(r.payload, Content)]
        if late and delivery.unread_control:
            yield "late delivery while restrictions lay unread"
        said = Statements()
        for _, outcome in outcomes(log[: delivery.log]) if late else ():
            said.fold(outcome)
        for release in late:
            assert release.source is not None
            allowed = said.allow(release.source.event.person, release.stream[0])
            if release.number in delivery.unreadable or not allowed:
                yield "late delivery of what the log forbids"


ORDER = (
    comes_to_rest,
    taken_once_in_order,
    nothing_released_after_its_restriction,
    barrier_kept,
    own_restriction_first,
    last_word_counts,
    streams_follow_the_log,
    everybody_given_is_notified,
    rechecked_before_late_delivery,
)
"""Source: Tenpoint design decision ("the log is the order")."""
