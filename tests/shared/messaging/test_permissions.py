from datetime import timedelta

import pytest

from shared.kernel.agencies import (
    ANTI_TRAFFICKING,
    ASYLUM,
    BORDER,
    CHILD_PROTECTION,
    DESK,
    EDGE_ONLY,
    EXCHANGE,
    IOM,
    SHELTER,
    UNHCR,
    Agency,
)
from shared.kernel.errors import Invalid
from shared.messaging.permissions import EDGE, Grant, Operation, as_text, grants, topics

READ, WRITE = Operation.READ, Operation.WRITE


def test_an_agency_and_the_exchange_can_do_this_and_nothing_else() -> None:
    table = grants([BORDER])

    assert table == {
        Grant("gov-border", "gov-border.events.v1", WRITE),
        Grant("gov-border", "gov-border.control.v1", WRITE),
        Grant("gov-border", "exchange.gov-border.v1", READ),
        Grant("exchange", "gov-border.events.v1", READ),
        Grant("exchange", "gov-border.control.v1", READ),
        Grant("exchange", "exchange.gov-border.v1", WRITE),
    }


def test_the_edge_can_do_what_an_agency_without_a_service_can() -> None:
    table = grants([ASYLUM])

    assert {grant for grant in table if grant.principal == EDGE} == {
        Grant("edge", "gov-asylum.events.v1", WRITE),
        Grant("edge", "gov-asylum.control.v1", WRITE),
        Grant("edge", "exchange.gov-asylum.v1", READ),
    }


def test_the_edge_can_do_nothing_for_an_agency_with_a_service() -> None:
    table = grants([BORDER, UNHCR, *EDGE_ONLY])

    touched = {grant.topic for grant in table if grant.principal == EDGE}
    assert len(touched) == 3 * len(EDGE_ONLY)
    assert not any(str(BORDER) in topic or str(UNHCR) in topic for topic in touched)


@pytest.mark.parametrize("agency", [DESK, IOM])
def test_desk_and_iom_stand_for_themselves_and_read_by_partitions(agency: Agency) -> None:
    principals = {grant.principal for grant in grants([agency])}

    assert principals == {agency, EXCHANGE}
    assert {topic.partitions for topic in topics([agency], 3)} == {1, 3}


@pytest.mark.parametrize("agency", [ASYLUM, CHILD_PROTECTION, ANTI_TRAFFICKING, SHELTER])
def test_a_partner_without_a_service_is_at_the_edge_and_reads_one_number(agency: Agency) -> None:
    streams = [topic for topic in topics([agency], 3) if topic.name == f"exchange.{agency}.v1"]

    assert EDGE in {grant.principal for grant in grants([agency])}
    assert [topic.partitions for topic in streams] == [1]


def test_no_topic_has_two_agencies_that_may_read_it_or_an_agency_that_does_both() -> None:
    table = grants([BORDER, UNHCR, ASYLUM])

    for topic in topics([BORDER, UNHCR, ASYLUM]):
        readers = {g.principal for g in table if (g.topic, g.operation) == (topic.name, READ)}
        writers = {g.principal for g in table if (g.topic, g.operation) == (topic.name, WRITE)}
        assert len(readers - {EDGE}) == len(writers - {EDGE}) == 1
        assert not readers & writers


def test_topics_have_their_partitions_and_timestamps() -> None:
    table = {topic.name: (topic.partitions, topic.timestamps) for topic in topics([UNHCR, ASYLUM])}

    assert table == {
        "unhcr.events.v1": (12, "LogAppendTime"),
        "unhcr.control.v1": (1, "LogAppendTime"),
        "exchange.unhcr.v1": (12, "CreateTime"),
        "gov-asylum.events.v1": (12, "LogAppendTime"),
        "gov-asylum.control.v1": (1, "LogAppendTime"),
        "exchange.gov-asylum.v1": (1, "CreateTime"),
    }


def test_the_partitions_of_a_deployment_leave_topics_of_one_partition_alone() -> None:
    table = {topic.name: topic.partitions for topic in topics([UNHCR, ASYLUM], 3)}

    assert sorted(table.values()) == [1, 1, 1, 3, 3, 3]


def test_every_topic_is_kept_sixty_hours_in_segments_of_six() -> None:
    kept = {(topic.retention, topic.segment) for topic in topics([UNHCR, ASYLUM])}

    assert kept == {(timedelta(hours=60), timedelta(hours=6))}


@pytest.mark.parametrize("code", [EXCHANGE, EDGE, "", "a.b", "UNHCR", "unhcr ", "1", "a\n"])
def test_a_code_that_could_be_taken_for_another_principal_is_refused(code: str) -> None:
    for table in (topics, grants, as_text):
        with pytest.raises(Invalid) as refusal:
            table([BORDER, Agency(code)])

        assert refusal.value.fields == ("agencies",)


def test_an_agency_named_twice_is_there_once() -> None:
    assert topics([BORDER, BORDER]) == topics([BORDER])


def test_the_text_lists_every_topic_and_grant_in_one_order() -> None:
    text = as_text([UNHCR, ASYLUM], 3)

    assert text == as_text([ASYLUM, UNHCR], 3)
    lines = text.splitlines()
    assert (
        "topic unhcr.events.v1 partitions=3 timestamps=LogAppendTime retention=60h segment=6h"
        in lines
    )
    assert "grant edge READ exchange.gov-asylum.v1" in lines
    assert len(lines) == len(topics([UNHCR, ASYLUM])) + len(grants([UNHCR, ASYLUM]))
