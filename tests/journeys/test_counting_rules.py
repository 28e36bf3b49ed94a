"""An office chooses how to count and tries it; people vote so; a tie waits for the commission."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import asar
from app.core.clock import at
from app.core.database import open_session
from app.decisions.models import CountOutcome
from app.proposals.models import Status
from app.rounds.models import BallotMethod, CountingRule, Round, Stage, Ties
from app.rounds.queries import calendar_of, round_by_key
from app.tick import tick
from tests.browser import Browser, Page
from tests.counting.villages import VILLAGE
from tests.town import STARTS, Town

NEW = "/kk/surat/desk/round/new?start=2026-02-02"
ROUND = "/kk/surat/rounds/2026"
DESK = "/kk/surat/desk/round"


@pytest.fixture
def town(visit: Callable[..., Browser]) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def dana(visit: Callable[..., Browser], clock) -> Browser:
    clock.set(at(date(2026, 1, 20), 10))
    return visit("dana")


def announce(dana: Browser, **over: str) -> Page:
    return dana.get(NEW).submit("#round", envelope="6 000 000", **over)


def stored(visit) -> Round:
    with open_session(visit.app.state.engine) as session:
        found = round_by_key(session, district_id="d-surat", key="2026")
        assert found is not None
        session.expunge(found)
    return found


def the_tick(visit, clock) -> None:
    visit.town.session.rollback()
    tick(visit.app.state.engine, visit.town.keyring, clock)


def recounted(page: Page, path: Path) -> dict:
    """What the command makes of the published file; it must agree with the file's winners."""
    path.write_bytes(page.response.content)
    words = ["count", str(path), "--rule", "as-published", "--json"]
    answer = CliRunner().invoke(asar, words)
    assert answer.exit_code == 0, answer.stderr
    return json.loads(answer.stdout)


def test_a_round_by_equal_shares_from_the_announcement_to_the_recount(
    visit, town: Town, dana: Browser, clock, tmp_path: Path
) -> None:
    page = announce(dana, counting_rule="equal-shares", compare_rules="1")
    assert page.path == f"{ROUND}/"
    of = stored(visit)
    assert (of.counting_rule, of.compare_rules, of.ties) == ("equal-shares", True, "draw")
    titles = (("Жол", 4_000_000), ("Саябақ", 2_000_000), ("Құдық", 3_000_000))
    for title, price in titles:
        town.proposal(of, title, price=price, status=Status.ADMITTED, ballot_number=None)
    with open_session(visit.app.state.engine) as session:
        calendar = {start.stage: start.at for start in calendar_of(session, round_id=of.id).starts}
    clock.set(calendar[Stage.VOTING])
    the_tick(visit, clock)
    visitor = visit()
    for lang, words in (("kk", "Тең үлестер"), ("ru", "Равные доли"), ("en", "Equal Shares")):
        rules = visitor.get(f"/{lang}/surat/rounds/2026/rules")
        assert words in rules.text()
        assert words in visitor.get(f"/{lang}/surat/rounds/2026/rules/print").text()
    frozen = json.loads(visitor.get(f"{ROUND}/rules.json").response.content)
    assert frozen["counting"]["equal_shares"]["completion"] == "add1u"
    for name, chosen in (("aigerim", ["1", "2"]), ("bolat", ["3", "2"])):
        browser = visit(name)
        ballot = browser.get(f"{ROUND}/ballot")
        assert "Тең үлестер" in ballot.text()
        ballot.submit("#ballot", choice=chosen).submit("#cast")
    clock.set(calendar[Stage.COUNTING])
    the_tick(visit, clock)
    clock.set(calendar[Stage.RESULTS])
    the_tick(visit, clock)
    with open_session(visit.app.state.engine) as session:
        row = session.get_one(CountOutcome, of.id)
        outcome, compared = row.outcome, row.compared
    assert outcome["rule"] == "equal-shares"
    assert compared is not None
    assert compared["outcome"]["rule"] == "most-votes"
    again = recounted(visitor.get(f"{ROUND}/ballots.pb"), tmp_path / "round.pb")
    assert again["selected"] == outcome["selected"]
    assert again["shares"] == outcome["shares"]


def test_a_knapsack_ballot_on_a_phone_and_on_paper(
    visit, town: Town, clock, tmp_path: Path
) -> None:
    of = town.round(method=BallotMethod.KNAPSACK, envelope=6_000_000, threshold=0)
    for title, price in (("Жол", 4_000_000), ("Саябақ", 2_000_000), ("Құдық", 3_000_000)):
        town.proposal(of, title, price=price, status=Status.ADMITTED, ballot_number=None)
    the_tick(visit, clock)  # the vote opens: 1, 2, 3 in an order of its own
    by_price = {}
    visitor = visit()
    rules = json.loads(visitor.get(f"{ROUND}/rules.json").response.content)
    for row in rules["projects"]:
        by_price[row["price"]] = str(row["number"])
    assert rules["ballot"]["most_cost"] == 6_000_000
    road, park, well = by_price[4_000_000], by_price[2_000_000], by_price[3_000_000]
    aigerim = visit("aigerim")
    page = aigerim.get(f"{ROUND}/ballot")
    assert "data-fit" in page.tree.one("#ballot").attrs
    over = page.submit("#ballot", choice=[road, well])
    assert (over.status, over.refusals) == (422, ["voting.too_dear"])
    assert "1 000 000 ₸" in over.text(".emsg").replace("\u00a0", " ")  # the sum that is too much
    assert sorted(
        one.attrs["value"] for one in over.tree.all("input[name=choice]") if "checked" in one.attrs
    ) == sorted([road, well])
    check = over.submit("#ballot", choice=[road, park])
    assert "0 ₸" in check.text().replace("\u00a0", " ")  # nothing of the money is left
    # Somebody changes the hidden fields of the check page: the cast itself refuses.
    forged = check.submit("#cast", choice=[road, park, well])
    assert (forged.status, forged.refusals) == (422, ["voting.too_dear"])
    assert over.submit("#ballot", choice=[road, park]).submit("#cast").path.endswith("/done")
    # On paper: what is over the sum is spoiled, and the desk is told so.
    dana, nurlan = visit("dana"), visit("nurlan")
    paper = "/kk/surat/desk/paper"
    sheets = dana.get(f"{paper}/print").submit("#print", count="10")
    assert "6 000 000 ₸" in sheets.text(".sheet").replace("\u00a0", " ")
    number = sheets.tree.all(".number b")[0].text
    page = dana.get(f"{paper}/issue").submit("form[role=search]", name="Болат")
    person = page.tree.all("input[name=person]")[0].attrs["value"]
    page.submit("#issue", page.tree.one("button[value=issue]").text, person=person, document="1")
    page = dana.get(f"{paper}/enter").submit("#enter", number=number, choice=[road, well])
    assert (page.status, page.refusals) == (422, ["voting.mark_spoiled_dear"])
    for reader in (dana, nurlan):
        page = reader.get(f"{paper}/enter").submit("#enter", number=number, spoiled="on")
        assert page.status == 200
    clock.set(STARTS[Stage.COUNTING])
    the_tick(visit, clock)
    clock.set(STARTS[Stage.RESULTS])
    the_tick(visit, clock)
    file = visitor.get(f"{ROUND}/ballots.pb")
    assert "\nmax_sum_cost;6000000\n" in file.response.text
    assert "max_length" not in file.response.text
    assert recounted(file, tmp_path / "knapsack.pb")["selected"] == sorted([road, park])


@pytest.mark.parametrize(
    ("over", "code", "field"),
    [
        (
            {"counting_rule": "equal-shares", "guarantee_percent": "10"},
            "counting.shares_need_no_guarantee",
            "guarantee_percent",
        ),
        ({"guarantee_percent": "51"}, "form.too_large", "guarantee_percent"),
        ({"guarantee_percent": "-1"}, "form.too_small", "guarantee_percent"),
        ({"counting_rule": "loudest"}, "form.choice", "counting_rule"),
        ({"method": "ranking"}, "form.choice", "method"),
        ({"ties": "age"}, "form.choice", "ties"),
    ],
)
def test_what_does_not_go_together_is_said_at_its_field(
    dana: Browser, over: dict[str, str], code: str, field: str
) -> None:
    page = announce(dana, **over)
    assert (page.status, page.refusals) == (422, [code])
    assert page.tree.one(f"#f-{field}-e")


def test_the_form_warns_and_the_second_official_reads_words(visit, dana: Browser, clock) -> None:
    page = announce(dana, most_choices="1", nudge_choices="1", guarantee_percent="x")
    assert page.tree.all("#notes") == []
    shares = {"most_choices": "1", "nudge_choices": "1", "counting_rule": "equal-shares"}
    page = announce(dana, **shares, guarantee_percent="x")
    assert page.status == 422
    assert "32,8" in page.text("#notes")
    announce(dana, **{**shares, "completion": "none"})
    rules = visit().get(f"{ROUND}/rules").text()
    assert "32,8" in rules  # it does nothing for one-choice ballots
    assert "жартысы" in rules  # half of the money stays unspent
    clock.set(at(date(2026, 2, 10), 10))  # proposals are open: another official has to agree
    asked = dana.get(f"{DESK}/2026").submit(
        "#round",
        why="Бюллетень бес жобаға арналсын",
        most_choices="5",
        nudge_choices="3",
        completion="add1u",
        ties="commission",
        method="knapsack",
    )
    assert "/desk/second/" in asked.path
    told = visit("erlan").get(asked.path).text()
    for words in ("қоржын", "комиссия, хаттамамен", "тек бастапқы үлестермен"):
        assert words in told
    for code in ("knapsack", "add1u", "commission", "equal-shares"):
        assert code not in told


def test_the_office_tries_both_rules_on_a_file_and_nothing_is_kept(
    visit, town: Town, dana: Browser
) -> None:
    form = dana.get(NEW).follow(f"{DESK}/try")
    assert form.submit("#try", source="file").refusals == ["pb.no_file"]
    assert form.submit("#try", source="2031").refusals == ["form.choice"]

    def tried(text: str | bytes) -> Page:
        data = text if isinstance(text, bytes) else text.encode()
        return dana.get(f"{DESK}/try").submit("#try", file=("e.pb", data))

    page = tried(VILLAGE)
    assert page.status == 200
    # By hand: most votes takes road and park, Equal Shares road and well (see villages.py).
    rows = [[cell.text for cell in row.all("td")] for row in page.tree.all("tbody tr")]
    assert rows[0] == ["2", "2"]
    assert [cell.replace("\u00a0", " ") for cell in rows[1]] == [
        "1 000 ₸ (100 %)",
        "900 ₸ (90 %)",
    ]
    assert rows[2][0].startswith("4 ")  # the well's four
    assert rows[2][1].startswith("0 ")
    assert page.tree.one("#short")  # 1.5 choices a ballot
    for lang, words in (("kk", "Жол 17"), ("ru", "Строка 17")):
        wrong = VILLAGE.replace("a;1,2", "a;1,9")
        page = dana.get(f"/{lang}/surat/desk/round/try").submit(
            "#try", file=("e.pb", wrong.encode())
        )
        assert (page.status, page.refusals) == (422, ["pb.choice_unknown"])
        assert words in page.text()
    assert tried(b"\xff\xfe").refusals == ["pb.not_utf8"]
    assert tried("Бұл хат, файл емес\n").refusals == ["pb.section_expected"]
    assert tried(VILLAGE.replace("vote_type;approval", "vote_type;loud")).refusals == ["pb.other"]
    assert tried(b"x" * 2_000_001).refusals == ["pb.big"]
    ids = range(1, 101)
    many = [f"v{n};{','.join(str(p) for p in ids if n >> (p % 11) & 1) or 1}" for n in range(2000)]
    projects = "".join(f"{p};10;0;П;0\n" for p in ids)
    head = VILLAGE.split("PROJECTS")[0].replace("num_projects;3", "num_projects;100")
    big = head.replace("num_votes;10", "num_votes;2000")
    big += f"PROJECTS\nproject_id;cost;votes;name;selected\n{projects}VOTES\nvoter_id;vote\n"
    assert tried(big + "\n".join(many) + "\n").refusals == ["pb.too_much"]
    assert visit("erlan").get(f"{DESK}/try").status == 403


def test_projects_that_exclude_each_other_are_shown_wherever_they_stand(
    visit, town: Town, dana: Browser, clock
) -> None:
    of = town.round(threshold=0, guarantee_percent=10)
    for title in ("Жол", "Көпір", "Шам"):
        town.proposal(of, title, price=3_000_000, status=Status.ADMITTED, ballot_number=None)
    clock.set(at(date(2026, 3, 10), 10))
    page = dana.get(DESK).follow(f"{DESK}/2026/rivals")
    bad = page.submit("#rivals", **{"group-2026-0001": "A"}, words_kk="Бір жер", words_ru="Участок")
    assert (bad.status, bad.refusals) == (422, ["rivals.alone"])
    assert "Бір жер" in bad.html
    groups = {"group-2026-0001": "A", "group-2026-0003": "A"}
    done = page.submit("#rivals", **groups, words_kk="Бір жер", words_ru="Участок один")
    assert done.path == f"{ROUND}/rules"
    assert "Жол; № 3. Шам" in done.text().replace("\u00a0", " ")
    assert "Аққайнар: 1 200 000 ₸" in done.text().replace("\u00a0", " ")  # a tenth of 12 million
    assert "(10 %)" in done.text().replace("\u00a0", " ")
    proposal = visit().get("/kk/surat/proposals/2026-0001")
    assert "Шам" in proposal.text("#rivals")
    assert "Бір жер" in proposal.text()
    assert visit().get("/kk/surat/proposals/2026-0002").tree.all("#rivals") == []
    assert "2026-0003" in visit().get("/kk/surat/record").text()
    clock.set(STARTS[Stage.VOTING])
    the_tick(visit, clock)
    assert visit().get(f"{ROUND}/ballot").text().count("ең көбі біреуі алынады") == 2
    late = page.submit("#rivals", **{"group-2026-0001": ""}, words_kk="Басқа", words_ru="Другое")
    assert (late.status, late.refusals) == (422, ["rounds.frozen"])


def test_a_tie_is_public_until_the_commission_has_decided(visit, town: Town, clock) -> None:
    of = town.round(threshold=0, envelope=4_000_000, ties=Ties.COMMISSION)
    assert of.counting_rule == CountingRule.MOST_VOTES
    for title in ("Жол", "Көпір"):
        town.proposal(of, title, price=4_000_000, status=Status.ADMITTED, ballot_number=None)
    the_tick(visit, clock)
    for name in ("aigerim", "bolat"):
        ballot = visit(name).get(f"{ROUND}/ballot")
        ballot.submit("#ballot", choice=["1", "2"]).submit("#cast")
    clock.set(STARTS[Stage.COUNTING])
    the_tick(visit, clock)
    dana, visitor = visit("dana"), visit()
    assert dana.get(f"{DESK}/2026/tie").tree.all("#tie") == []
    clock.set(STARTS[Stage.RESULTS])
    the_tick(visit, clock)
    assert "Көпір" in visitor.get(f"{ROUND}/").text("#tied")
    assert "Көпір" in visitor.get(f"{ROUND}/results").text("#tied")
    assert "Есеп комиссияны күтіп тұр" in visitor.get("/kk/surat/").html
    assert visitor.get(f"{ROUND}/ballots.pb").status == 404
    page = dana.get("/kk/surat/desk").follow(f"{DESK}/2026/tie")
    said = {"act_number": "3", "words_kk": "Көпір апатты.", "words_ru": "Мост аварийный."}
    bad = page.submit("#tie", **{"place-1": "1", "place-2": "1"}, **said)
    assert (bad.status, bad.refusals) == (422, ["decisions.tie_order"])
    bad = page.submit("#tie", **{"place-1": "1"}, **{**said, "words_ru": ""})
    assert bad.refusals == ["form.missing"]
    done = page.submit("#tie", **{"place-1": "2", "place-2": "1"}, **said)
    assert done.path == f"{ROUND}/"
    assert done.tree.all("#tied") == []
    assert dana.get(f"{DESK}/2026/tie").tree.all("#tie") == []
    the_tick(visit, clock)
    with open_session(visit.app.state.engine) as session:
        assert session.get_one(CountOutcome, of.id).outcome["selected"] == ["2"]
    assert "Көпір апатты." in visitor.get(f"{ROUND}/").text("#orders")
    assert "Реті, бюллетеньдегі нөмірі бойынша: 2, 1" in visitor.get("/kk/surat/record").text()
