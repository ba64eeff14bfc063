"""Absent, null and value stay apart, and absent is always possible where one may withhold."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.event import (
    ABSENT,
    Contract,
    Field,
    Part,
    Topic,
    decode,
    encode,
    fields_of,
)
from shared.kernel.categories import Category
from tests.contracts.strategies import CONTRACTS, TOLD_BY_AGENCIES, barest, events, few, required

every_contract = pytest.mark.parametrize(
    "contract", CONTRACTS, ids=lambda contract: contract.event.__name__
)
every_contract_of_agencies = pytest.mark.parametrize(
    "contract", TOLD_BY_AGENCIES, ids=lambda contract: contract.event.__name__
)


def parts_of(contract: Contract) -> set[type[Part]]:
    return {field.part for field in contract.fields if field.part is not None}


def can_be_withheld(field: Field) -> bool:
    return field.part is not None or field.category not in (None, Category.REFERENCE)


@every_contract
@few
@given(data=st.data())
def test_absent_null_and_value_stay_apart_on_the_wire(
    contract: Contract, data: st.DataObject
) -> None:
    event = data.draw(events(contract))

    read = decode(contract.event, encode(event))

    assert read == event
    assert [getattr(read, name) is ABSENT for name in read.__struct_fields__] == [
        getattr(event, name) is ABSENT for name in event.__struct_fields__
    ]


@every_contract
@few
@given(data=st.data())
def test_absent_is_not_written_and_null_is(contract: Contract, data: st.DataObject) -> None:
    event = data.draw(events(contract))

    written = json.loads(encode(event))

    told = {name for name in event.__struct_fields__ if getattr(event, name) is not ABSENT}
    assert set(written) == told
    assert {name for name in written if written[name] is None} == {
        name for name in told if getattr(event, name) is None
    }


@every_contract
@few
@given(data=st.data())
def test_reader_passes_over_fields_that_it_does_not_know(
    contract: Contract, data: st.DataObject
) -> None:
    event = data.draw(events(contract))
    later = json.dumps({**json.loads(encode(event)), "added_later": {"in": ["v1"]}})

    assert decode(contract.event, later.encode()) == event


@every_contract
def test_writer_cannot_add_a_field(contract: Contract) -> None:
    with pytest.raises(TypeError, match="added_later"):
        contract.event(added_later=1)


@every_contract_of_agencies
def test_only_references_and_what_the_exchange_reads_are_required(contract: Contract) -> None:
    withheld = {field.name for field in contract.fields if can_be_withheld(field)}

    assert required(contract.event) & withheld == set()


@every_contract_of_agencies
@few
@given(data=st.data())
def test_event_is_read_when_all_that_can_be_withheld_is(
    contract: Contract, data: st.DataObject
) -> None:
    event = data.draw(events(contract))

    read = decode(contract.event, encode(barest(event)))

    assert read == barest(event)
    left = set(read.__struct_fields__) - required(contract.event)
    assert all(getattr(read, name) is ABSENT for name in left)


@every_contract_of_agencies
def test_part_with_a_required_value_is_told_whole_or_not_at_all(contract: Contract) -> None:
    for part in parts_of(contract):
        fields = {field.name: field for field in fields_of(part) if can_be_withheld(field)}
        needed = required(part) & set(fields)

        assert all(fields[name].coarse for name in needed), part
        if needed:
            assert len({field.category for field in fields.values()}) == 1, part


@every_contract_of_agencies
def test_what_restricts_says_nothing_by_leaving_its_scope_out(contract: Contract) -> None:
    if not contract.restricts or contract.topic is Topic.STREAM:
        return
    assert required(contract.event) == {contract.key}


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"null", b'{"person": 1}', b"\xff"])
@every_contract
def test_what_is_no_event_is_refused(contract: Contract, text: bytes) -> None:
    if not required(contract.event) and text == b'{"person": 1}':
        assert contract.key is None
        return
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        decode(contract.event, text)
