"""Walks to the ballot: Aigerim votes on a phone without scripts, and hands it over."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.core.database import transaction
from app.rounds.models import Round, Stage
from app.voting import paper, queries
from tests.browser import Browser, Page
from tests.town import STARTS, Town

BALLOT = "/kk/surat/rounds/2026/ballot"


@pytest.fixture
def town(visit: Callable[..., Browser]) -> Town:
    return visit.town  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def vote(town: Town) -> Round:
    made = town.round()
    for number in range(8):
        town.proposal(made, f"Жоба {number + 1}")
    town.round("oytal")
    return made


def ticked(page: Page) -> list[str]:
    return sorted(
        one.attrs["value"]
        for one in page.tree.all("input[name=choice]")
        if "checked" in one.attrs or one.attrs["type"] == "hidden"
    )


def test_aigerim_votes_changes_her_mind_and_hands_over_the_phone(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    aigerim = visit("aigerim")
    page = aigerim.get(BALLOT)
    assert ticked(page) == []
    page = page.submit("#ballot", choice=["2", "5"])
    assert page.path == f"{BALLOT}/check"
    assert "ӘЛІ ЕСЕПКЕ АЛЫНҒАН ЖОҚ" in page.text()
    assert ticked(page) == ["2", "5"]
    assert "7 000 000 ₸".replace(" ", "\u00a0") in page.html
    # Nothing is counted yet.
    assert ticked(aigerim.get(BALLOT)) == []
    page = page.submit("#cast")
    assert page.path == f"{BALLOT}/done"
    assert "Дауысыңыз есепке алынды" in page.text("h1")
    assert "27 сәуір 2026, 20:00" in page.text().replace("\u00a0", " ")
    assert "Жоба 2" in page.text()
    assert "Жоба 5" in page.text()
    # She comes back: her choice is ticked and said to be counted; she changes it.
    page = page.follow("Дауысымды өзгерту")
    assert ticked(page) == ["2", "5"]
    assert "Дауысыңыз есепке алынды" in page.text(".note")
    page = page.submit("#ballot", choice=["3"]).submit("#cast")
    assert "Жоба 3" in page.text()
    assert "Жоба 2" not in page.text()
    # The main button signs out; what comes back names nobody.
    page = page.submit(".done form")
    assert "Айгерім" not in page.html
    assert aigerim.get(f"{BALLOT}/done").path == "/kk/sign-in"


def test_a_visitor_sees_the_list_and_is_shown_the_way_to_sign_in(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    page = visit().get(BALLOT)
    assert page.status == 200
    assert f"/kk/sign-in?next={BALLOT}" in page.links()
    assert all(f"Жоба {number}" in page.text() for number in range(1, 9))
    assert page.tree.all("input[name=choice]") == []
    for lang in ("ru", "en"):
        assert visit().get(BALLOT.replace("/kk/", f"/{lang}/")).status == 200


def test_everybody_has_an_order_of_their_own_and_keeps_it(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    def order(name: str) -> list[str]:
        boxes = visit(name).get(BALLOT).tree.all("input[name=choice]")
        return [one.attrs["value"] for one in boxes]

    assert order("aigerim") == order("aigerim")
    assert order("aigerim") != order("bolat")
    assert sorted(order("aigerim")) == sorted(order("bolat"))


def test_a_bad_ballot_comes_back_with_its_ticks(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    aigerim = visit("aigerim")
    page = aigerim.get(BALLOT).submit("#ballot", choice=[])
    assert (page.status, page.refusals) == (422, ["voting.choose_one"])
    page = aigerim.get(BALLOT).submit("#ballot", choice=list("123456"))
    assert (page.status, page.refusals) == (422, ["voting.too_many"])
    assert ticked(page) == list("123456")
    page = page.submit("#ballot", choice=["1", "77"])
    assert (page.status, page.refusals) == (422, ["voting.not_on_ballot"])
    assert ticked(page) == ["1"]
    for odd in ("abc", "1\x00x", "<script>", "9" * 5000, "-1", "1.5", "²"):
        page = aigerim.get(BALLOT).submit("#ballot", choice=[odd, "4"])
        assert page.status == 422, odd
        assert "<script>" not in page.html
        assert ticked(page) == ["4"]


def test_back_from_the_check_keeps_the_ticks(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    check = visit("aigerim").get(BALLOT).submit("#ballot", choice=["2", "5"])
    button = check.tree.one("button[name=do]")
    page = check.browser.post(button.attrs["formaction"], {"do": "change", "choice": ["2", "5"]})
    assert page.status == 200
    assert ticked(page) == ["2", "5"]
    assert page.refusals == []


def test_a_double_press_and_a_late_retry_count_once(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    aigerim = visit("aigerim")
    first = aigerim.get(BALLOT).submit("#ballot", choice=["1"])
    assert "Жоба 1" in first.submit("#cast").text()
    assert "Жоба 1" in first.submit("#cast").text()
    second = aigerim.get(BALLOT).submit("#ballot", choice=["2"])
    assert "Жоба 2" in second.submit("#cast").text()
    # The first form once more, from a phone that was out of reach: what stands is shown.
    late = first.submit("#cast").text()
    assert "Жоба 2" in late
    assert "Жоба 1" not in late
    assert queries.rights_used(town.session, of=vote) == 1


def test_a_stale_page_after_the_close_says_so_and_keeps_the_ticks(
    visit: Callable[..., Browser], town: Town, vote: Round, clock: object
) -> None:
    aigerim = visit("aigerim")
    page = aigerim.get(BALLOT)
    check = page.submit("#ballot", choice=["2", "5"])
    town.clock.set(STARTS[Stage.COUNTING])  # type: ignore[attr-defined]
    late = check.submit("#cast")
    assert (late.status, late.refusals) == (422, ["rounds.closed"])
    assert ticked(late) == ["2", "5"]
    assert "27 сәуір 2026, 20:00" in late.text().replace("\u00a0", " ")
    late = page.submit("#ballot", choice=["2"])
    assert (late.status, late.refusals) == (422, ["rounds.closed"])
    assert queries.rights_used(town.session, of=vote) == 0


def test_before_the_vote_the_page_says_when_it_opens(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    town.clock.set(STARTS[Stage.VOTING] - timedelta(days=1))  # type: ignore[attr-defined]
    page = visit().get(BALLOT)
    assert "6 сәуір 2026, 00:00" in page.text().replace("\u00a0", " ")
    assert page.tree.all("#ballot") == []


def test_gulnar_of_the_other_district_reads_and_does_not_vote(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    gulnar = visit("gulnar")
    page = gulnar.get(BALLOT)
    assert page.status == 200
    assert page.tree.all("#ballot") == []
    assert "voting.not_on_roll" in page.refusals
    form = {"choice": ["1"], "idem": "forged-forged"}
    assert gulnar.post(BALLOT, form).status == 403
    assert gulnar.post(f"{BALLOT}/check", form).status == 403
    # A round of her own district under Surat's address is not there.
    assert gulnar.get("/kk/surat/rounds/2027/ballot").status == 404
    assert queries.rights_used(town.session, of=vote) == 0


def test_officials_have_no_ballot(visit: Callable[..., Browser], town: Town, vote: Round) -> None:
    for name in ("dana", "erlan", "saule"):
        official = visit(name)
        assert official.get(BALLOT).tree.all("#ballot") == []
        assert official.post(BALLOT, {"choice": ["1"], "idem": "forged-forged"}).status == 403


def test_a_form_without_its_key_is_refused_whole(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    check = visit("aigerim").get(BALLOT).submit("#ballot", choice=["2"])
    assert check.submit("#cast", idem=None).status == 422
    assert check.submit("#cast", idem="x" * 2000).status == 422
    assert queries.rights_used(town.session, of=vote) == 0


def test_whoever_took_paper_is_told_so_and_cannot_vote_online(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    aigerim = visit("aigerim")
    check = aigerim.get(BALLOT).submit("#ballot", choice=["2"])
    with transaction(town.session) as session:
        paper.issue(
            session,
            keyring=town.keyring,
            clock=town.clock,
            district_id=vote.district_id,
            round_id=vote.id,
            person_id=town.ids["aigerim"],
        )
    late = check.submit("#cast")
    assert (late.status, late.refusals) == (422, ["voting.paper_issued"])
    page = aigerim.get(BALLOT)
    assert "voting.paper_issued" in page.refusals
    assert "Абай көшесі, 1" in page.text()
    assert page.tree.all("#ballot") == []


@pytest.mark.parametrize("shown", [False, True])
def test_turnout_is_one_figure_and_only_where_the_rules_show_it(
    visit: Callable[..., Browser], town: Town, vote: Round, shown: bool
) -> None:
    with transaction(town.session) as session:
        one = session.get_one(Round, vote.id)
        one.show_turnout = shown
        session.add(one)
    visit("aigerim").get(BALLOT).submit("#ballot", choice=["2"]).submit("#cast")
    page = visit().get(BALLOT)
    assert ("дауыс бергендер: 1" in page.text()) is shown


def test_a_missing_key_is_said_and_casts_nothing(
    visit: Callable[..., Browser], town: Town, vote: Round
) -> None:
    aigerim = visit("aigerim")
    check = aigerim.get(BALLOT).submit("#ballot", choice=["2"])
    (town.keyring.folder / f"round-{vote.id}.key").unlink()
    town.keyring.forget()
    late = check.submit("#cast")
    assert (late.status, late.refusals) == (422, ["voting.no_key"])
    assert ticked(late) == ["2"]
    assert aigerim.get(BALLOT).status == 409
    assert visit().get(BALLOT).status == 200
