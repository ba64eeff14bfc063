"""From the quay to UNHCR's desk: everybody arrives, a concern first, a no in the middle."""

from embedded.people import Traveller, travellers
from tests.embedded.running import COUNTS, SEED, Left


def everybody() -> list[Traveller]:
    return [one for day, count in COUNTS.items() for one in travellers(SEED, day, count)]


def test_nobody_is_lost_and_nobody_doubled(left: Left) -> None:
    people = left.outcome.people

    assert people.arrived == people.registered == people.profiles == sum(COUNTS.values())
    assert (people.lost, people.doubled, left.outcome.held) == (0, 0, 0)


def test_every_fear_and_every_worry_is_heard_within_its_clock(left: Left) -> None:
    said = sum((one.fear is not None) + (one.worry is not None) for one in everybody())

    assert said > 0
    assert left.outcome.people.heard == left.outcome.people.in_time == said


def test_a_wrong_name_goes_back_and_is_put_right(left: Left) -> None:
    misspelt = [one for one in everybody() if one.misspelt and not one.withholds_name]

    assert misspelt
    assert left.outcome.people.corrected >= 1


def test_whoever_changed_their_mind_is_erased_with_a_receipt(left: Left) -> None:
    withdrew = left.outcome.people.withdrawn

    assert withdrew > 0
    assert left.outcome.log["notices"] == left.outcome.log["confirmed"] == withdrew


def test_what_was_asked_again_was_told_again(left: Left) -> None:
    assert left.outcome.log["restates"] == left.outcome.log["restated"] > 0


def test_every_field_is_counted_as_released_or_withheld_by_a_rule(left: Left) -> None:
    words = {word for _, word in left.outcome.fields}

    assert {"full", "AGREEMENT", "TASK", "WITHHELD"} <= words
    assert left.outcome.fields["unhcr", "full"] > 0
    assert "full" not in {word for to, word in left.outcome.fields if to in ("iom", "gov-asylum")}


def test_every_referral_reaches_the_desk_and_the_shelter_and_every_payload_opens(
    left: Left,
) -> None:
    went = left.outcome.referrals
    asked = sum(one.wants_shelter for one in everybody())

    assert asked > 0
    assert went["sent"] == went["at the desk"] == went["offered"] == asked
    assert went["payloads opened"] == went["accepted"]
