"""The picture: what each agency holds, and why, as the exchange says it and not as we guess it."""

from dataclasses import replace

import pytest

from embedded.home.picture import CONCERN, GATES, picture_of, reasons_of
from embedded.home.rows import NAMES, ROWS
from embedded.home.sight import KINDS, Seen
from embedded.people import travellers
from services.dataexchange.rules.explain import Explanation, Gate
from services.dataexchange.rules.pair import Outcome
from services.profiling.rules.concern import ConcernState
from shared.kernel.agencies import UNHCR
from tests.embedded.home.looking import COUNTS, DAY, Shown
from tests.embedded.running import SEED

AGREED, CHANGED, AFRAID, _, NAMELESS = KINDS


def cell(seen: Seen, label: str, name: str) -> tuple[str, str]:
    line = next(line for line in picture_of(seen).lines if line.label == label)
    found = next(cell for cell in line.cells if cell.column.name == name)
    return found.kind, found.text


def test_who_agreed_is_called_by_unhcr_and_by_nobody_else(shown: Shown) -> None:
    seen = shown.seen[AGREED]

    assert cell(seen, "Safe telephone", "UNHCR")[0] == "full"
    assert cell(seen, "Safe telephone", "IOM") == ("withheld", "Not asked for")
    assert cell(seen, "Safe telephone", "Border police") == ("withheld", "Not for this agency")


def test_who_changed_their_mind_is_no_longer_called(shown: Shown) -> None:
    kind, text = cell(shown.seen[CHANGED], "Safe telephone", "UNHCR")

    assert (kind, text) == ("withheld", "No consent")
    assert "contact" not in shown.seen[CHANGED].held[UNHCR]


def test_who_keeps_a_name_keeps_it(shown: Shown) -> None:
    kind, text = cell(shown.seen[NAMELESS], "Name", "UNHCR")

    told = "given_name" in shown.seen[NAMELESS].held[UNHCR]
    assert (kind, text) == ("withheld", "Told before the no" if told else "Own wish")


def test_a_fear_is_seen_by_unhcr_alone(shown: Shown) -> None:
    seen = shown.seen[AFRAID]

    assert cell(seen, "Fear of return", "UNHCR") == ("full", "Opened and heard")
    assert {cell(seen, "Fear of return", name)[0] for name in ("Reception", "IOM")} == {"withheld"}


def with_reason(seen: Seen, label: str, name: str, explanation: Explanation) -> Seen:
    """Return somebody seen, of whom the exchange says something else about one cell."""
    row = next(row for row in ROWS if row.label == label)
    agency = next(agency for agency, names in NAMES.items() if names[1] == name)
    key = (row.author, agency, row.category)
    changed = seen.reasons[key]._replace(explanation=explanation)
    return replace(seen, reasons={**seen.reasons, key: changed})


def closing(*gates: Gate, to: Outcome = Outcome.WITHHELD) -> Explanation:
    """Return an explanation in which some gates are not open."""
    left = tuple((gate, to if gate in gates else Outcome.FULL) for gate in GATES)
    return Explanation(to, gates[0], left)


def test_every_gate_is_shown_as_the_exchange_has_said_it(shown: Shown) -> None:
    closed = closing(Gate.TASK, Gate.AGE)
    seen = with_reason(shown.seen[AGREED], "Safe telephone", "UNHCR", closed)
    row = next(row for row in ROWS if row.label == "Safe telephone")

    reason = next(one for one in reasons_of(row, seen) if one.column.name == "UNHCR")

    assert (reason.kind, reason.text) == ("withheld", "Not asked for")
    assert [mark == "withheld" for mark in reason.gates] == [
        gate in (Gate.TASK, Gate.AGE) for gate in GATES
    ]


def test_a_gate_that_leaves_the_partial_form_says_so(shown: Shown) -> None:
    capped = closing(Gate.FLAG, to=Outcome.PARTIAL)
    seen = with_reason(shown.seen[AGREED], "Place to stay", "UNHCR", capped)
    row = next(row for row in ROWS if row.label == "Place to stay")

    reason = next(one for one in reasons_of(row, seen) if one.column.name == "UNHCR")

    assert (reason.kind, reason.text) == ("partial", "partial")
    assert [mark for mark in reason.gates if mark != "full"] == ["partial"]


@pytest.mark.parametrize(
    ("gate", "text"),
    [
        (Gate.CONSENT, "Told before the no"),
        (Gate.WITHHELD, "Told before the no"),
        (Gate.AGREEMENT, "No agreement"),
        (Gate.TASK, "Not asked for"),
        (Gate.FLAG, "Place is hidden"),
    ],
)
def test_what_was_told_before_is_put_down_to_a_no_only_where_one_was_said(
    shown: Shown, gate: Gate, text: str
) -> None:
    seen = with_reason(shown.seen[AGREED], "Name", "UNHCR", closing(gate))

    assert "given_name" in seen.held[UNHCR]
    assert cell(seen, "Name", "UNHCR") == ("withheld", text)


@pytest.mark.parametrize("state", ConcernState)
def test_a_concern_is_shown_in_its_state(shown: Shown, state: ConcernState) -> None:
    seen = replace(shown.seen[AFRAID], concern=state.value)

    assert cell(seen, "Fear of return", "UNHCR")[1] == CONCERN[state.value]
    assert len(set(CONCERN.values())) == len(CONCERN) == len(ConcernState)


def test_everybody_registered_is_found_and_without_a_search_of_all(shown: Shown) -> None:
    people = travellers(SEED, DAY, COUNTS[DAY])

    assert any(one.boat is None for one in people)
    assert shown.found == {one.phone: one.phone for one in people}
    assert [step for step in shown.plans if step.startswith("SCAN")] == []


def test_how_much_of_an_event_crossed_is_what_its_release_says(shown: Shown) -> None:
    people = [one for one in travellers(SEED, DAY, COUNTS[DAY]) if one.boat is not None]
    told = [(flow.what, flow.who, flow.kind) for flow in shown.flows]
    screened = ("Screening completed", "Border police to Reception")

    assert told.count((*screened, "partial")) == sum(bool(one.needs) for one in people) > 0
    assert told.count((*screened, "full")) == sum(not one.needs for one in people) > 0
    assert ("Landing recorded", "Border police to Reception", "partial") in told
    assert ("Landing recorded", "Border police to UNHCR", "partial") not in told
    assert ("Person registered", "Reception to UNHCR", "full") in told
