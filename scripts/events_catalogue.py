"""Write `docs/events.md`: every contract, who may tell it, who can ever hear it, its fields."""

import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

from shared.events import registry
from shared.events.event import Contract, Field, Topic, fields_of
from shared.kernel.agencies import Agency
from shared.kernel.categories import P0, P2, SEALED_ONLY, Category

CATALOGUE: Final = Path(__file__).parents[1] / "docs" / "events.md"

INTRODUCTION: Final = """\
# Events

Written by `make catalogue` from `shared/events`; do not edit. A field is absent, null or a value,
and nothing may be concluded from absent. *Class* is the sensitivity of the category: P0 public,
P1 personal, P2 sensitive, P3 highly sensitive, which travels sealed to one agency. *Coarse* passes
unchanged wherever the partial form of its category may. *Read by the exchange* is never released.
**Directed**: each hearer is told, or the author learns that it was not. **Restricts**: only ever
narrows what may flow, applied on arrival and never filtered.
"""

NEVER_RELEASED: Final = "read by the exchange"


def catalogue() -> str:
    """Return the text of the catalogue."""
    sections = (section(module) for module in registry.MODULES)
    return INTRODUCTION + "".join(f"\n{text}" for text in sections)


def section(module: ModuleType) -> str:
    """Return the part about the contracts of one module."""
    name = module.__name__.rpartition(".")[2]
    known = [
        contract
        for contract in registry.contracts()
        if contract.event.__module__ == module.__name__
    ]
    return f"## {name}\n\n{summary_of(module)}\n" + "".join(f"\n{entry(each)}" for each in known)


def entry(contract: Contract) -> str:
    """Return the part about one contract."""
    rows = "".join(f"| {' | '.join(row)} |\n" for row in rows_of(contract.fields))
    hearers = agencies(contract.audience) or "the exchange alone"
    return (
        f"### {contract.event.__name__}\n\n"
        f"{summary_of(contract.event)} `{contract.wire}`\n\n"
        f"- Told by {agencies(contract.authors)} on {topic_of(contract)}, key "
        f"{'the author' if contract.key is None else f'`{contract.key}`'}.\n"
        f"- Heard by {hearers}.{nature_of(contract)}\n\n"
        f"| Field | Category | Class |\n|---|---|---|\n{rows}"
    )


def nature_of(contract: Contract) -> str:
    """Return what is special about a contract, in bold words."""
    words = {"Directed": contract.directed, "Restricts": contract.restricts}
    return "".join(f" **{word}.**" for word, holds in words.items() if holds)


def topic_of(contract: Contract) -> str:
    """Return the topic as a pattern of its name."""
    inside = contract.topic is not Topic.STREAM
    return f"`<agency>.{contract.topic}.v1`" if inside else "`exchange.<agency>.v1`"


def rows_of(fields: Iterable[Field], within: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield name, category and class of each field; the fields of a part follow it."""
    for field in fields:
        name = f"`{within}{field.name}`"
        if field.part is not None:
            yield name, f"list of `{field.part.__name__}`", ""
            yield from rows_of(fields_of(field.part), f"{within}{field.name}.")
        elif field.category is None:
            yield name, NEVER_RELEASED, ""
        else:
            yield name, words_of(field, field.category), class_of(field.category)


def words_of(field: Field, category: Category) -> str:
    """Return the category in words, with what the field says beside it."""
    kind = "" if field.reference is None else f" of kind {field.reference.name.lower()}"
    name = category.name.lower().replace("_", " ")
    return f"{category.value} {name}{kind}{', coarse' if field.coarse else ''}"


def class_of(category: Category) -> str:
    """Return the sensitivity class of a category that may travel."""
    if category in SEALED_ONLY:
        return "P3"
    return "P0" if category in P0 else "P2" if category in P2 else "P1"


def agencies(codes: Iterable[Agency]) -> str:
    """Return agency codes in alphabetical order."""
    return ", ".join(f"`{code}`" for code in sorted(codes))


def summary_of(documented: object) -> str:
    """Return the first paragraph of a docstring on one line."""
    text = inspect.getdoc(documented) or ""
    return " ".join(text.split("\n\n")[0].split())


def main() -> None:
    """Write the catalogue."""
    CATALOGUE.write_text(catalogue(), encoding="utf-8")
    sys.stdout.write(f"{CATALOGUE.name}: {len(registry.contracts())} contracts\n")


if __name__ == "__main__":
    main()
