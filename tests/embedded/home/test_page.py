"""The page: whole without a script, nothing from elsewhere, nobody named in an address."""

import re

import pytest

from embedded.home.app import HERE
from embedded.home.picture import GATES
from embedded.home.rows import ROWS
from tests.embedded.home.looking import Shown


def test_before_anybody_is_there_the_page_says_so(shown: Shown) -> None:
    assert "Nobody is registered yet" in shown.pages["before"].text


def test_the_page_is_whole_without_a_script(shown: Shown) -> None:
    text = shown.pages["/"].text

    assert shown.pages["/"].status_code == 200
    assert all(row.label in text for row in ROWS)
    assert "Signed up to record" in text
    assert "Demo. Invented people" in text


def test_at_the_end_the_seal_covers_every_record(shown: Shown) -> None:
    text = shown.pages["/"].text

    assert "It covers every record" in text
    assert shown.proof is not None
    assert (shown.proof.waiting, shown.proof.right) == (0, True)
    assert shown.proof.head == shown.records - 1


def test_there_is_no_script_and_no_style_in_the_page_and_nothing_from_elsewhere(
    shown: Shown,
) -> None:
    for page in (shown.pages["/"], shown.pages["before"]):
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
        assert page.headers["cache-control"] == "no-store"
        assert re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=", page.text) is None
        assert re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text) == []


def test_nobody_is_named_in_a_title_or_an_address(shown: Shown) -> None:
    text = shown.pages["/"].text
    name = re.search(r"<bdi>([^<]+)</bdi><small>", text)
    assert name is not None

    title = re.search(r"<title>([^<]*)</title>", text)
    addresses = " ".join(re.findall(r'href="([^"]*)"', text))

    assert title is not None
    assert name[1] not in title[1] + addresses
    assert re.search(r"[PGN][WX][0-9A-Z]{26}", text) is None


def test_every_gate_is_told_in_words(shown: Shown) -> None:
    text = shown.pages["/person?kind=second"].text
    unhcr = text.split('<table id="gates">')[1].split("UNHCR")[1].split("</tr>")[0]

    assert "Consent: closed" in unhcr
    assert unhcr.count(": open") == len(GATES) - 1


def test_a_handle_that_means_nothing_shows_somebody_else(shown: Shown) -> None:
    assert shown.pages["/?p=nobody&row=99"].status_code == 200


def test_assets_are_small(shown: Shown) -> None:
    assert len(shown.pages["tenpoint.css"].content) <= 8_000
    assert len(shown.pages["home.css"].content) <= 8_000
    assert len(shown.pages["home.js"].content) <= 14_000
    assert shown.pages["ten.svg"].status_code == 200


def test_what_waits_no_longer_is_not_found(shown: Shown) -> None:
    assert shown.pages["gone"].status_code == 404


@pytest.mark.parametrize(
    ("site", "status"),
    [
        ("another site", 403),
        ("another port", 403),
        ("another site, by origin", 403),
        ("nobody knows, by origin", 403),
        ("own page", 404),
        ("own page, without a referrer", 404),
        ("own page, by origin", 404),
    ],
)
def test_no_other_site_may_ask_for_what_waits(shown: Shown, site: str, status: int) -> None:
    answer = shown.pages[site]

    assert answer.status_code == status
    if status == 403:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "from_elsewhere"


def test_no_address_says_what_is_the_matter_with_anybody(shown: Shown) -> None:
    asked = re.findall(r'name="kind" value="([^"]*)"', shown.pages["/"].text)

    assert asked == ["first", "second", "third", "fourth", "fifth", "any"]


def test_every_number_and_day_stays_together_in_a_line_of_any_direction(shown: Shown) -> None:
    now = shown.pages["/"].text.split('<div id="now">')[1].split("</section>")[0]

    outside = re.sub(r"<bdi[^>]*>[^<]*</bdi>|<[^>]*>", "", now)

    assert re.findall(r"[0-9]", outside) == []


def test_what_people_say_is_escaped() -> None:
    assert "autoescape=True" in (HERE / "app.py").read_text()
    assert "| safe" not in (HERE / "templates" / "person.html").read_text()
    assert "| safe" not in (HERE / "templates" / "now.html").read_text()
