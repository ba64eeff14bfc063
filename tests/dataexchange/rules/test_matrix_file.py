"""Matrix files that are refused: not closed, not whole, or against a rule of the matrix."""

from pathlib import Path

import pytest

from services.dataexchange.rules.matrix import Action, MatrixInvalid, parse_matrix
from shared.kernel.agencies import Column
from shared.kernel.categories import Category

TEXT = Path("deploy/matrix.toml").read_text(encoding="ascii")
MATRIX = parse_matrix(TEXT.encode())
HEAD, BODY = TEXT[: TEXT.index("\n[sources]")], TEXT[TEXT.index("\n[sources]") :]
NAME = "[category.FULL_NAME]\nnumber = 1"
OWNED = 'OWN = { GR = "s17" }\nREL = { AA = "s9", UN = "s1" }'
BROKEN = {
    "unknown key": (NAME, NAME + "\nnote = 1"),
    "unknown top key": ("[sources]", "extra = 1\n[sources]"),
    "unknown category": ("[category.FULL_NAME]", "[category.SHOE_SIZE]"),
    "category twice": (NAME, NAME + "\nnumber = 1"),
    "wrong number": (NAME, "[category.FULL_NAME]\nnumber = 2"),
    "wrong class": ('class = "P1"\nmeaning = "full name"', 'class = "P0"\nmeaning = "full name"'),
    "no meaning": ('meaning = "full name"', 'meaning = ""'),
    "unknown column": (
        'OWN = { GR = "s17" }\nREL = { AA = "s9", UN',
        'OWN = { CN = "s17" }\nREL = { AA = "s9", UN',
    ),
    "unknown action": (
        'OWN = { GR = "s17" }\nREL = { AA = "s9", UN',
        'RET = { GR = "s17" }\nREL = { AA = "s9", UN',
    ),
    "unknown grade": ('IO = "s14"', 'IO = "s99"'),
    "cell missing": ('CON = { IO = "s14", ', "CON = { "),
    "cell twice": (
        'REL = { AA = "s9", UN = "s1" }\nCON = { IO = "s14"',
        'REL = { AA = "s9", UN = "s1", IO = "j" }\nCON = { IO = "s14"',
    ),
    "unknown author": ('authors = ["GR", "AA", "UN", "IO", "CP"]', 'authors = ["CN"]'),
    "author twice": ('authors = ["GR", "AA", "UN", "IO", "CP"]', 'authors = ["GR", "GR"]'),
    "no author": ('authors = ["GR", "AA", "UN", "IO", "CP"]', "authors = []"),
    "unknown condition": ('STL = "no-claim-pending"', 'STL = "whenever"'),
    "condition on nothing": (
        'condition = { TRACE = "tracing-consent" }',
        'condition = { BP = "party" }',
    ),
    "no acceptance": ('acceptance = ["AT"]', "acceptance = []"),
    "acceptance too many": ('acceptance = ["AT"]', 'acceptance = ["AT", "UN"]'),
    "party missing": ('condition = "party"', ""),
    "reference alone": ('condition = "with-another-field"', ""),
    "enquiry missing": ('condition = "own-enquiry"', ""),
    "partial form missing": ('partial = "child, adult or older"\n', ""),
    "partial form without a cell": (NAME, NAME + '\npartial = "initials"'),
    "column not in words": ('SAFE = "safe shelters"\n', ""),
    "not ascii": ("full name", "full n\u0430me"),
    "not toml": ("[sources]", "[sources"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_matrix_that_is_not_one_is_refused(name: str) -> None:
    before, after = BROKEN[name]
    assert before in BODY

    with pytest.raises(MatrixInvalid):
        parse_matrix((HEAD + BODY.replace(before, after, 1)).encode())


def moved(category: Category, column: Column, action: Action) -> bytes:
    """Return the file with one cell under another action."""
    head, _, rest = TEXT.partition(f"[category.{category.name}]")
    block, sep, tail = rest.partition("\n[category.")
    grade = MATRIX.cells[category, column].grade
    lines = []
    for line in block.split("\n"):
        if " = { " in line and line[:3] in set(Action):
            key, _, inside = line.partition(" = { ")
            cells = inside.removesuffix(" }").split(", ")
            cells = [one for one in cells if not one.startswith(f"{column.value} = ")]
            if key == action:
                cells.append(f'{column.value} = "{grade}"')
            if cells:
                lines.append(f"{key} = {{ {', '.join(cells)} }}")
        else:
            lines.append(line)
    text = "\n".join(lines)
    if f"\n{action} = " not in text:
        text = text.rstrip("\n") + f'\n{action} = {{ {column.value} = "{grade}" }}\n'
    return f"{head}[category.{category.name}]{text}{sep}{tail}".encode()


@pytest.mark.parametrize(
    ("category", "column", "action"),
    [
        (Category.CLAIM_CONTENT, Column.UN, Action.REL),
        (Category.SHELTER_LOCATION, Column.SAFE, Action.AGG),
        (Category.HEALTH, Column.GR, Action.CON),
        (Category.FEAR_OF_RETURN, Column.BP, Action.REL),
        (Category.GBV_FACT, Column.ST, Action.REL),
        (Category.FACT_OF_CLAIM, Column.IO, Action.MSK),
        (Category.FULL_NAME, Column.BP, Action.OWN),
        (Category.SEX, Column.MED, Action.REL),
    ],
)
def test_a_cell_that_breaks_a_rule_is_refused(
    category: Category, column: Column, action: Action
) -> None:
    with pytest.raises(MatrixInvalid) as refused:
        parse_matrix(moved(category, column, action))

    assert refused.value.fields[0] == category.name


def test_moving_a_cell_in_this_way_is_itself_no_fault() -> None:
    matrix = parse_matrix(moved(Category.FULL_NAME, Column.UN, Action.WTH))

    assert not matrix.most(Column.UN).pair.outcome(Category.FULL_NAME)


def test_a_highly_sensitive_row_has_no_partial_form_even_in_words() -> None:
    text = moved(Category.FACT_OF_CLAIM, Column.IO, Action.MSK).decode()
    head = "[category.FACT_OF_CLAIM]"
    assert head in text

    with pytest.raises(MatrixInvalid) as refused:
        parse_matrix(text.replace(head, head + '\npartial = "yes or no"', 1).encode())

    assert refused.value.fields == ("FACT_OF_CLAIM", "IO", "partial")
