"""What the documents say exists, exists."""

import re
from pathlib import Path

import pytest

from tests.boundaries.tree import ROOT, SOURCES

ADRS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PARTS = ("**Context.**", "**Decision.**", "**Consequences.**", "*Enforced by*:")

PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|Makefile|pyproject\.toml|[A-Z]+\.md)`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


def terms() -> list[tuple[str, ...]]:
    return [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in (ROOT / "docs" / "glossary.md").read_text().splitlines()
        if line.startswith("| ") and not line.startswith("| Term")
    ]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("adr", ADRS, ids=name_of)
def test_decision_has_its_parts_in_order_and_says_what_enforces_it(adr: Path) -> None:
    text = adr.read_text()

    places = [text.find(part) for part in PARTS]

    assert -1 not in places
    assert places == sorted(places)


def test_index_lists_every_decision_once() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text()

    assert [adr.name for adr in ADRS] == re.findall(r"\]\((0\d+[\w-]+\.md)\)", index)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    named = PATH.findall(document.read_text())

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("row", terms(), ids=lambda row: row[0])
def test_term_names_its_source_and_its_name_in_code_is_used(row: tuple[str, ...]) -> None:
    term, means, _, source, code = row

    assert term
    assert means
    assert source
    if code and not (ROOT / code.strip("`")).exists():
        word = re.compile(rf"\b{re.escape(code.strip('`'))}\b")
        assert any(word.search(path.read_text()) for path in SOURCES)
