"""The command as a person types it: kills, second starts, wrong folders, and what it prints."""

import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-m", "cli", "demo", "--speed", "max", "--exit"]
DAY = ["--from", "2022-07-03", "--to", "2022-07-03"]


def demo(folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    return subprocess.run(  # noqa: S603 - our own command
        [*DEMO, "--folder", str(folder), *(more or DAY)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def number(printed: str, what: str) -> int:
    """Return a number of the report."""
    line = next(line for line in printed.splitlines() if line.startswith(f"│ {what}"))
    return int("".join(letter for letter in line if letter.isdigit()))


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_and_started_again_nothing_is_lost_or_doubled(
    tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    folder = tmp_path / "run"
    for _ in range(3):
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*DEMO, "--folder", str(folder), *DAY],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(draw.uniform(1.5, 4.0))
        process.send_signal(signal.SIGKILL)
        process.wait()

    done = demo(folder)

    assert done.returncode == 0, f"seed {seed}: {done.stdout[-2000:]}"
    assert [number(done.stdout, what) for what in ("Lost", "Doubled", "Nobody's")] == [0, 0, 0]
    assert number(done.stdout, "Registered") == 140
    assert number(done.stdout, "  heard") == number(done.stdout, "Concerns raised") > 0


def test_the_folder_of_another_seed_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "run.json").write_text('{"version": "0.1.0", "seed": 99, "country": "XTP"}')

    done = demo(folder)

    assert (done.returncode, done.stdout.count("\n")) == (2, 1)
    assert "--fresh" in done.stdout


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")

    done = demo(tmp_path, "--fresh", *DAY)

    assert done.returncode == 2
    assert "something else" in done.stdout
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    done = demo(file / "run")

    assert (done.returncode, done.stderr) == (2, "")
    assert "cannot be written" in done.stdout


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [*DEMO[:-1], "--folder", str(tmp_path / "run"), "--port", port, *DAY]
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )

    assert (done.returncode, done.stderr) == (2, "")
    assert "--port" in done.stdout


def test_days_without_figures_are_one_sentence(tmp_path: Path) -> None:
    done = demo(tmp_path / "run", "--from", "2023-01-01", "--to", "2023-01-02")

    assert done.returncode == 2
    assert "no figures" in done.stdout


def test_a_second_start_in_one_folder_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first = subprocess.Popen(  # noqa: S603 - our own command
        [*DEMO, "--folder", str(folder), *DAY],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            if (folder / "exchange.sqlite").exists():
                break
            time.sleep(0.05)
        done = demo(folder)
    finally:
        first.kill()
        first.wait()

    assert done.returncode == 2
    assert "already runs" in done.stdout


def hear_ctrl_c() -> None:
    """Hear SIGINT as a command of a terminal does, also where these tests run in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def interrupted(folder: Path, *more: str, when: str) -> tuple[int, str]:
    """Press Ctrl-C once the command has printed or made something; return its code and output."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*DEMO[:4], "--folder", str(folder), *DAY, *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - the parent runs no thread here
    )
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if when in line:
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    return process.returncode, printed + rest


def free_port() -> str:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return str(listening.getsockname()[1])


def test_stopped_before_the_end_it_says_so_and_does_not_pass_for_done(tmp_path: Path) -> None:
    more = ("--speed", "1", "--port", free_port())

    code, printed = interrupted(tmp_path / "run", *more, when="Open http")

    assert code == 130
    assert printed.count("nothing was reckoned up") == 1
    assert "Traceback" not in printed


def test_stopped_with_exit_it_says_so_and_does_not_pass_for_done(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*DEMO, "--speed", "1", "--folder", str(folder), *DAY],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - the parent runs no thread here
    )
    while not (folder / "clerks.txt").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=30)

    assert process.returncode == 130
    assert printed.count("nothing was reckoned up") == 1
    assert "Traceback" not in printed


def test_stopped_when_everything_has_arrived_it_is_done(tmp_path: Path) -> None:
    code, printed = interrupted(
        tmp_path / "run", "--speed", "max", "--port", free_port(), when="The page stays open"
    )

    assert code == 0, printed[-2000:]
    assert "nothing was reckoned up" not in printed
