"""The account of a count as people read it: by hand, in three languages, and nothing kept."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from sqlmodel import SQLModel, select

from app.core.database import transaction
from app.counting.asked import Asked
from app.counting.command import count_file
from app.decisions.import_round import import_round
from app.decisions.models import CountOutcome
from app.decisions.ties import note_tie
from app.rounds.models import Round, Stage
from tests.browser import Browser
from tests.counted_round import TITLES, CountedRound
from tests.town import Town

Visit = Callable[..., Browser]
LANGUAGES = ("kk", "ru", "en")

# Ten voters with 100 each. Ana and Bek cost each of their five 60, so the draw picks the first.
# Then nobody can pay together: the three of Cem have 120 of 200 left, the others never had enough.
# A step of Add1 triples the share and would cost 1 240, so none is taken. By votes: Cem fits into
# the 400 that are left and shuts out its rival Dos, Han (150, the cheapest with one vote) fits,
# then Gul, Fox and Eli lack 160, 180 and 340 of their prices; 50 stay.
RECIPE = "--rule equal-shares --step-share 2 --exclusive 30,40 --seed abc"
SHARES = """META
key;value
description;By hand
country;Poland
unit;Wieś
instance;2021
num_projects;8
num_votes;10
budget;1000
vote_type;approval
rule;unknown
date_begin;01.06.2021
date_end;15.06.2021
language;pl
currency;PLN
comment;#1: counted with: asar count FILE.pb {recipe}
PROJECTS
project_id;cost;votes;name;selected
10;300;5;Ana;1
20;300;5;Bek;1
30;200;3;Cem;1
40;150;2;Dos;0
50;390;1;Eli;0
60;230;1;Fox;0
70;210;1;Gul;0
80;150;1;Han;1
VOTES
voter_id;vote
1;10,30
2;10,30
3;10,30
4;10
5;10
6;20,40
7;20,40
8;20,50
9;20,70
10;20,60,80
""".replace("{recipe}", RECIPE)

# Of 1300 a village of its own gets 300 first, which its one project costs, and 1000 are left; the
# road takes 700. Well and lamp are equal, the commission put the lamp first, and then the well
# lacks all of its 300.
PARTS = """META
key;value
description;By hand
country;Poland
unit;Wieś
instance;2022
num_projects;4
num_votes;5
budget;1300
vote_type;approval
rule;unknown
date_begin;01.06.2022
date_end;15.06.2022
language;pl
currency;PLN
comment;#1: counted with: asar count FILE.pb --rule most-votes --part Osada=300 --decided 4,3
PROJECTS
project_id;cost;votes;name;neighborhood;selected
1;700;4;Road;Centrum;1
2;300;1;Bench;Osada;1
3;300;2;Well;Centrum;0
4;300;2;Lamp;Centrum;1
VOTES
voter_id;vote
1;1,3
2;1,3
3;1,4
4;1,4
5;2
"""


@pytest.fixture
def town(visit: Visit) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


def text_of(browser: Browser, url: str) -> str:
    page = browser.get(url)
    assert page.status == 200, url
    return page.text().replace("\u00a0", " ")


def everything(town: Town) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but those that a sign-in moves by itself."""
    moving = ("sign_in", "session")
    with town.session.get_bind().connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in SQLModel.metadata.sorted_tables
            if not table.name.startswith(moving)
        }


@pytest.fixture
def by_shares(town: Town) -> CountOutcome:
    session = town.session
    with transaction(session):
        made = import_round(
            session,
            district_id="d-surat",
            data=SHARES.encode(),
            source="shares.pb",
            now=town.clock.now(),
        )
    row = made.outcome
    session.refresh(row)
    session.expunge_all()
    session.rollback()
    assert made.differs == ()
    return row


def test_equal_shares_by_hand(visit: Visit, town: Town, by_shares: CountOutcome) -> None:
    text = text_of(visit(), "/en/surat/rounds/2021/results")
    for told in (
        "each of 10 ballots had an equal share: 100 PLN.",
        "The shares bought 2 projects for 600 PLN.",
        "From what was left 2 more were taken by votes, for 350 PLN.",
        "Each of 5 paid 60 PLN.",
        "its supporters had 500 PLN left of their shares",
        "the draw decided the order",
        "Needed: 200 PLN. Its supporters had 120 PLN of their shares left",
        "Too little by 80 PLN.",
        "«Ana» (№ 1) 180 PLN",
        "It was then taken by votes from what the shares had left: 400 PLN.",
        "Only one of the two can be built: «Cem» (№ 3) was taken before it.",
        "Needed: 210 PLN. All the shares of its supporters come to 100 PLN: 110 PLN too little",
        "50 PLN was left; 160 PLN was missing",
        "50 PLN was left; 340 PLN was missing",
        "Of its price its supporters had: 47,6 %",
        "Of these at most one is taken: № 3, № 4.",
    ):
        assert told.casefold() in text.casefold(), told
    turns = text_of(visit(), "/kk/surat/rounds/2021/results/turns")
    assert "60 PLN" in turns
    assert "толық: 5, бір бөлігін: 0, ештеңе: 0" in turns
    for lang in LANGUAGES:
        paper = text_of(visit(), f"/{lang}/surat/rounds/2021/protocol")
        for sum_of in ("1 000 PLN", "950 PLN", "400 PLN", "160 PLN", "60 PLN", "120 PLN"):
            assert sum_of in paper
        assert by_shares.outcome_sha256 in paper
        assert "None" not in paper
    # The published file's own command names our numbers.
    body = visit().client.get("/en/surat/rounds/2021/ballots.pb").text
    assert "--exclusive 3,4" in body


def test_a_village_s_part_and_the_commission_s_word(visit: Visit, town: Town) -> None:
    with transaction(town.session):
        made = import_round(
            town.session,
            district_id="d-surat",
            data=PARTS.encode(),
            source="parts.pb",
            now=town.clock.now(),
        )
    assert made.differs == ()
    town.session.rollback()
    text = text_of(visit(), "/en/surat/rounds/2022/results")
    for told in (
        "Recommended: from its settlement's part",
        "Paid from the part kept for its settlement (Osada): 300 PLN was in it, 0 PLN stayed.",
        "Equal votes with ballot number 3: the commission decided the order.",
        "It would still have fitted before this one was taken: «Lamp» (№ 4).",
        "Kept first for the projects of each settlement: Osada 300 PLN.",
        "then the commission's decision",
        "--part Osada=300 --decided 4,3",
    ):
        assert told in text, told
    for lang in LANGUAGES:
        turns = text_of(visit(), f"/{lang}/surat/rounds/2022/results/turns")
        assert "Osada" in turns


def test_the_files_say_the_same(
    visit: Visit, by_shares: CountOutcome, tmp_path_factory: pytest.TempPathFactory
) -> None:
    client = visit().client
    file = tmp_path_factory.mktemp("pb") / "again.pb"
    file.write_bytes(client.get("/en/surat/rounds/2021/ballots.pb").content)
    out, err = io.StringIO(), io.StringIO()
    asked = Asked(rule="as-published")
    assert count_file(str(file), asked=asked, as_json=True, out=out, err=err) == 0, err.getvalue()
    whole = client.get("/en/surat/rounds/2021/results.json").json()
    assert json.loads(out.getvalue())["steps"] == whole["outcome"]["steps"]
    assert whole["compared"] is None
    assert "--rule equal-shares --step-share 2 --exclusive 3,4 --seed abc" in whole["recount"]
    table = client.get("/en/surat/rounds/2021/results.csv").content.decode("utf-8-sig")
    rows = {row["title_kk"]: row for row in csv.DictReader(io.StringIO(table))}
    assert {name for name, row in rows.items() if row["paid_from"] == "shares"} == {"Ana", "Bek"}
    assert {n for n, row in rows.items() if row["paid_from"] == "remainder"} == {"Cem", "Han"}
    ana, cem, gul = rows["Ana"], rows["Cem"], rows["Gul"]
    assert (ana["price_each"], ana["effective_votes"], ana["paid_all"]) == ("60", "5", "5")
    assert (cem["supporters_had"], cem["support"], cem["taken_from_supporters"]) == (
        "120",
        "0.6",
        "1=180",
    )
    assert (gul["short_after"], gul["supporters_had"], gul["missing"]) == ("0", "100", "160")
    assert rows["Dos"]["rival"] == "3"


def test_what_became_of_ones_own_choices_is_kept_nowhere(
    visit: Visit, town: Town, by_shares: CountOutcome
) -> None:
    url = "/en/surat/rounds/2021/results/mine"
    for name in ("", "aigerim"):
        browser = visit(name)
        before = everything(town)
        answer = browser.get(url).submit("form[data-mine-form]", choices=["1", "3", "7"])
        assert answer.status == 200
        text = " ".join(answer.text().replace("\u00a0", " ").split())
        # Ana and Cem won, 500 together; of the share of 100 Ana took 60, and no share bought Cem.
        for told in (
            "You ticked 3",
            "Taken of these 2",
            "They cost together 500 PLN",
            "The equal share of each ballot 100 PLN",
            "Of it such a ballot paid 60 PLN",
            "Of it was left 40 PLN",
        ):
            assert told in text, told
        assert everything(town) == before
        empty = browser.get(url).submit("form[data-mine-form]", choices=[])
        assert empty.status == 422
        assert empty.refusals == ["account.nothing_ticked"]
        # Neither an address nor a cache holds what was ticked.
        raw = browser.client.get(url)
        assert raw.headers["cache-control"] == "no-store"
        assert visit().client.get(f"{url}?choices=1").text.count(" checked>") == 0


def test_the_other_rule_is_a_comparison_only(visit: Visit, town: Town) -> None:
    of = CountedRound(town, compare_rules=True)
    row = of.session.get_one(CountOutcome, of.round.id)
    held, other = row.compared, row.compared["outcome"] if row.compared else {}
    assert held
    of.let_go()
    plain = visit().get("/en/surat/rounds/2026/results")
    text = " ".join(plain.text().replace("\u00a0", " ").split())
    assert "A comparison only" in text
    assert "It was counted by: Most votes." in text
    if set(other["selected"]) != set(row.outcome["selected"]):
        first, second = held["by_number"]["first"], held["by_number"]["second"]
        assert f"Most votes {first} (" in text
        assert f"Equal Shares {second} (" in text
    for lang in LANGUAGES:
        assert visit().get(f"/{lang}/surat/rounds/2026/results").status == 200
        # The paper that is signed has the binding count alone.
        assert "Equal Shares" not in text_of(visit(), f"/{lang}/surat/rounds/2026/protocol")
    assert (
        visit().client.get("/en/surat/rounds/2026/results.json").json()["compared"]["voters"] == 5
    )


def test_equal_shares_of_our_own_round(visit: Visit, town: Town) -> None:
    of = CountedRound(town, counting_rule="equal-shares", compare_rules=True)
    row = of.session.get_one(CountOutcome, of.round.id)
    account = row.outcome
    of.let_go()
    text = text_of(visit(), "/ru/surat/rounds/2026/results")
    assert "Как разделили деньги" in text
    assert account["shares"]["ballots"] == 5
    # 12 million among five ballots.
    assert "2 400 000 ₸" in text
    for step in account["steps"]:
        assert TITLES[int(step["project"])] in text
    command = f"asar count surat-2026.pb --rule equal-shares --seed {account['seed']}"
    assert command in text


def test_the_village_reads_that_the_commission_is_awaited(visit: Visit, town: Town) -> None:
    of = CountedRound(town, count=False, ties="commission")
    of.to(Stage.RESULTS)
    with transaction(of.session):
        one = of.session.exec(select(Round).where(Round.id == of.round.id)).one()
        note_tie(of.session, one, tied=("2", "3"), now=town.clock.now())
    of.session.expunge_all()
    of.session.rollback()
    for lang in LANGUAGES:
        page = visit().get(f"/{lang}/surat/rounds/2026/results")
        assert TITLES[2] in page.html
        assert TITLES[3] in page.html
        assert TITLES[1] not in page.html
