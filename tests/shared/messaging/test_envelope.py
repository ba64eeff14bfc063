from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.registry import contracts
from shared.kernel.agencies import EXCHANGE, RECEPTION
from shared.kernel.errors import Invalid
from shared.kernel.identifiers import Form, Kind, TokenRef, reference
from shared.messaging.bus import Headers, Partition, Record
from shared.messaging.envelope import (
    Envelope,
    Release,
    headers_of,
    number_of,
    read_envelope,
    release_id,
)

NAME: Final = "Xaruwen"
EVENT: Final = reference(Kind.EVENT, Form.OWN, bytes(16))
TOKEN: Final = TokenRef(reference(Kind.RESTATE, Form.ISSUED, bytes(16)))
INSIDE: Final = Envelope(
    EVENT, "org.tenpoint.border.ArrivalRecorded.v1", RECEPTION, date(2026, 3, 1), 7, TOKEN
)


def record(headers: Headers) -> Record:
    return Record(Partition("gov-reception.events.v1", 0), 0, b"key", b"{}", headers, 0)


def changed(name: str, value: bytes | None) -> Headers:
    kept = tuple(header for header in headers_of(INSIDE) if header[0] != name)
    return kept if value is None else (*kept, (name, value))


def test_the_headers_are_those_of_cloudevents_in_binary_mode() -> None:
    assert headers_of(INSIDE) == (
        ("ce_id", EVENT.encode()),
        ("ce_type", b"org.tenpoint.border.ArrivalRecorded.v1"),
        ("ce_source", b"gov-reception"),
        ("ce_specversion", b"1.0"),
        ("ce_time", b"2026-03-01T00:00:00Z"),
        ("content-type", b"application/json"),
        ("ce_sequence", b"7"),
        ("ce_token", TOKEN.encode()),
    )


def test_what_is_not_said_has_no_header() -> None:
    names = [name for name, _ in headers_of(replace(INSIDE, sequence=None, token=None))]

    assert "ce_sequence" not in names
    assert "ce_token" not in names


@given(
    day=st.dates(min_value=date(1000, 1, 1)),
    sequence=st.none() | st.integers(1, 10**17),
    token=st.none() | st.just(TOKEN),
    wire=st.sampled_from([contract.wire for contract in contracts()]),
    event=st.sampled_from([str(EVENT), release_id("exchange.unhcr.v1", 11, 10**9)]),
)
def test_an_envelope_is_read_as_it_was_written(
    day: date, sequence: int | None, token: TokenRef | None, wire: str, event: str
) -> None:
    envelope = Envelope(event, wire, EXCHANGE, day, sequence, token)

    assert read_envelope(record(headers_of(envelope))) == envelope


def test_headers_of_other_standards_are_passed_over() -> None:
    headers = (*headers_of(INSIDE), ("traceparent", b"\xff"))

    assert read_envelope(record(headers)) == INSIDE


@pytest.mark.parametrize(
    "name", ["ce_id", "ce_type", "ce_source", "ce_specversion", "ce_time", "content-type"]
)
@pytest.mark.parametrize("value", [None, b"", b"\xff", b"Xaruwen", b"Xaruwen\n"])
def test_a_missing_or_odd_header_is_named_and_never_echoed(name: str, value: bytes | None) -> None:
    with pytest.raises(Invalid) as caught:
        read_envelope(record(changed(name, value)))

    assert caught.value.fields == (name,)
    assert NAME not in repr(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_time", b"2026-03-01T00:00:01Z"),
        ("ce_time", b"2026-03-01"),
        ("ce_time", b"2026-02-30T00:00:00Z"),
        ("ce_time", b"2026-03-01T00:00:00Z\n"),
        ("ce_id", EVENT[:-1].encode() + b"0"),
        ("ce_id", TOKEN.encode()),
        ("ce_id", b"exchange.unhcr.v1:0:0"),
        ("ce_id", b"exchange.unhcr.v1:00:1"),
        ("ce_id", b"exchange.unhcr.v1:0:1\n"),
        ("ce_type", b"org.tenpoint.border.ArrivalRecorded"),
        ("ce_type", b"org.tenpoint.border.ArrivalRecorded.v0"),
        ("ce_source", b"Exchange"),
        ("ce_sequence", b"0"),
        ("ce_sequence", b"-1"),
        ("ce_sequence", b"+1"),
        ("ce_sequence", b"01"),
        ("ce_sequence", b"1_0"),
        ("ce_sequence", "\u0661".encode()),
        ("ce_sequence", b""),
        ("ce_token", EVENT.encode()),
        ("ce_token", b""),
    ],
)
def test_a_header_of_another_form_is_refused(name: str, value: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read_envelope(record(changed(name, value)))

    assert caught.value.fields == (name,)


def test_a_repeated_header_is_refused_rather_than_chosen_from() -> None:
    headers = headers_of(INSIDE)

    with pytest.raises(Invalid):
        read_envelope(record((*headers, headers[0])))


@given(st.lists(st.tuples(st.sampled_from([n for n, _ in headers_of(INSIDE)]), st.binary())))
def test_reading_is_total(headers: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Invalid):
        read_envelope(record(tuple(headers)))


def test_a_release_is_named_by_stream_partition_and_number() -> None:
    identifier = release_id("exchange.unhcr.v1", 3, 17)

    assert identifier == "exchange.unhcr.v1:3:17"
    assert number_of(identifier) == Release("exchange.unhcr.v1", 3, 17)


@pytest.mark.parametrize(
    "identifier", ["", EVENT, "a:1", "a:1:0", "a:-1:1", "a:1:1:1", "a:1:\u0661"]
)
def test_what_names_no_release_is_refused(identifier: str) -> None:
    with pytest.raises(Invalid):
        number_of(identifier)
