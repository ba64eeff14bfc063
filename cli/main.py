"""The command line `tenpoint`: what a person types, and nothing else."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Tenpoint: the 10-Point Plan of Action, as software.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DAY = ["%Y-%m-%d"]


@app.callback()
def tenpoint() -> None:
    """Tenpoint: the 10-Point Plan of Action, as software."""


@app.command()
def demo(  # noqa: PLR0913, PLR0917 - each is an option
    first: Annotated[
        datetime, typer.Option("--from", formats=DAY, help="First day of arrivals.")
    ] = datetime(2022, 7, 1),  # noqa: DTZ001 - a day, and typer's way
    last: Annotated[
        datetime, typer.Option("--to", formats=DAY, help="Last day of arrivals.")
    ] = datetime(2022, 7, 7),  # noqa: DTZ001 - a day, and typer's way
    speed: Annotated[str, typer.Option(help="People who land each second, or 'max'.")] = "8",
    leave: Annotated[  # noqa: FBT002 - typer's way
        bool, typer.Option("--exit", help="No page; end when everything has arrived.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the page, on this machine only.")] = 8010,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(
        "var/demo"
    ),
    seed: Annotated[int, typer.Option(help="Which invented people.")] = 10,
    fresh: Annotated[  # noqa: FBT002 - typer's way
        bool, typer.Option("--fresh", help="Forget what an earlier demo left in the folder.")
    ] = False,
) -> None:
    """Replay real daily arrivals with invented people, and show what each agency may see."""
    from embedded.run import Wish, run  # noqa: PLC0415 - nothing is loaded before it is needed

    wish = Wish(
        first=first.date(),
        last=last.date(),
        speed=people_a_second(speed),
        folder=folder,
        port=port,
        seed=seed,
        fresh=fresh,
        leave=leave,
    )
    raise typer.Exit(run(wish))


def people_a_second(text: str) -> float | None:
    """Return how many people land each second; None is as fast as everybody can work.

    Raises:
        BadParameter: it is neither a positive number nor `max`.
    """
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        message = "Give a number above 0, or max."
        raise typer.BadParameter(message)
    return speed
