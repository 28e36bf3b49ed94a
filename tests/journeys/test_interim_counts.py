"""No count of a running vote stands anywhere: looked for by its own, unmistakable numbers.

Thousands of ballots are put into the box so that no project's count could be any other figure of
the demo. Then everything that anybody can open is read; after the close the same search finds them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from sqlmodel import select

from app.core.database import open_session, transaction
from app.rounds.models import Round
from app.voting import box, envelopes
from app.voting.models import Ballot
from tests.siege import HOME, Siege, every_page

pytestmark = pytest.mark.xdist_group("siege")
STUFFED = {
    1: 1733,
    2: 1627,
    3: 1553,
    4: 1439,
    5: 1297,
    6: 1163,
    7: 1009,
}  # extra votes by number; no year of birth
KK = f"/kk/{HOME}"
ROUND = f"{KK}/rounds/2026"
READERS = {
    "visitor": (
        "/kk/",
        f"{KK}/",
        "/kk/raions/315400000/",
        *(
            f"{ROUND}/{page}"
            for page in (
                "", "results", "results.csv", "results.json", "ballots.pb", "protocol",
                "proposals", "proposals.csv", "rules", "rules.json", "ballot",
            )
        ),
    ),
    "author": (f"{KK}/", "/kk/me", f"{ROUND}/ballot"),
    "clerk": (
        f"{KK}/desk", f"{KK}/desk/paper", f"{KK}/desk/assembly/2026",
        f"{KK}/desk/assembly/2026/minutes", f"{KK}/desk/assembly/2026/agenda",
    ),
    "akim": (f"{KK}/desk", f"{KK}/desk/decisions/round/2026", f"{KK}/desk/decisions/2026-0001"),
    "deputy": ("/kk/raions/315400000/desk", "/kk/raions/315400000/desk.csv"),
    "maslikhat-office": (f"{KK}/approval/2026", "/kk/raions/315400000/desk"),
}  # fmt: skip


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    siege = Siege(tmp_path_factory.mktemp("interim"), day=date(2026, 4, 18))
    stuff(siege)
    yield siege
    siege.close()


def stuff(siege: Siege) -> None:
    """Ballots of nobody: the count asks the box alone."""
    with open_session(siege.engine) as session:
        of = running(siege)
        with transaction(session):
            for number, times in STUFFED.items():
                for n in range(times):
                    key = siege.keyring.round_mac(of.id, "stuffed", f"{number} {n}")
                    box.put_in(
                        session,
                        district_id=of.district_id,
                        round_id=of.id,
                        ballot_key=key,
                        envelope=envelopes.close(
                            siege.keyring, round_id=of.id, ballot_key=key, choices=[number]
                        ),
                    )


def running(siege: Siege) -> Round:
    district = siege.watch.execute("SELECT id FROM district WHERE slug = ?", (HOME,)).fetchone()[0]
    with open_session(siege.engine) as session:
        return session.exec(
            select(Round).where(Round.district_id == district, Round.key == "2026")
        ).one()


def true_counts(siege: Siege) -> Counter[int]:
    """What the round's key and the whole box tell together, and nobody else may know."""
    of = running(siege)
    count: Counter[int] = Counter()
    table = box.table_of(Ballot)
    with siege.engine.connect() as connection:
        for row in connection.execute(table.select().where(table.c.round_id == of.id)).all():
            if row.envelope is not None:
                count.update(
                    envelopes.open_(
                        siege.keyring,
                        round_id=of.id,
                        ballot_key=row.ballot_key,
                        sealed=row.envelope,
                    )
                )
    return count


def counts_in(text: str, counts: set[int]) -> set[int]:
    """Which of these numbers stand in a text, however their thousands are parted."""
    figures = unescape(re.sub(r"<[^>]*>", " ", text)) + " " + " ".join(re.findall(r'"(\d+)"', text))
    # Not within a word: digests and random ids have digits of their own.
    found = re.findall(r"(?<![\w.])\d{1,3}(?:[ \u00a0\u202f,]?\d{3})*(?!\w)", figures)
    return {int(re.sub(r"\D", "", one)) for one in found} & counts


def test_no_count_of_a_running_vote_stands_anywhere(siege: Siege) -> None:
    count = true_counts(siege)
    online = set(count.values())
    assert len(online) == len(STUFFED)
    assert min(online) > min(STUFFED.values())
    wrong, opened = [], 0
    for who, starts in READERS.items():
        for url in {*starts, *every_page(siege, who, starts, of_a_kind=4)}:
            if "voters" in url or (url.endswith(".pb") and "/rounds/2026/" not in url):
                continue  # random ids: of their digits some are a number by chance
            answer = siege.ask(who, "GET", url)
            assert answer.status_code < 500, url
            opened += answer.status_code == 200
            if told := counts_in(answer.text, online):
                wrong.append(f"{who} {url}: {told}")
    assert wrong == []
    assert opened > 150


def test_the_search_finds_the_counts_of_a_counted_round(siege: Siege) -> None:
    siege.forward(date(2026, 4, 28))
    siege.forward(date(2026, 5, 2))
    page = siege.ask("visitor", "GET", f"{ROUND}/results")
    votes = siege.watch.execute(
        "SELECT votes FROM proposal p JOIN round r ON r.id = p.round_id"
        " JOIN district d ON d.id = r.district_id WHERE d.slug = ? AND r.key = '2026'"
        " AND ballot_number IS NOT NULL",
        (HOME,),
    ).fetchall()
    counts = {one for (one,) in votes}
    assert len(counts) == len(STUFFED)
    assert min(counts) > min(STUFFED.values())
    assert counts_in(page.text, counts) == counts
    for name in ("results.csv", "results.json"):
        assert counts_in(siege.ask("visitor", "GET", f"{ROUND}/{name}").text, counts) == counts
