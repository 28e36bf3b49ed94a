"""Who may see and do what with proposals, drafts and photos; two districts in every test."""

import io
from datetime import date
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import event
from sqlmodel import select

from app.core.clock import at
from app.core.database import transaction
from app.proposals import actions, photos
from app.proposals.models import Photo, Proposal, Status
from app.proposals.rules import What, Where
from app.rounds.models import Round
from tests.browser import Browser
from tests.conftest import SetClock
from tests.town import Town

LIST = "/kk/surat/rounds/2026/proposals"
FORM = {
    "title": "Мүлде басқа ұсыныс",
    "body": "Бұл мәтінді бөтен адам жазып отыр, бірақ жаза алмайды.",
    "direction": "8",
    "text_lang": "kk",
    "settlement": "315446100",
    "place": "Абай көшесі",
    "draft": "0" * 20,
}


@pytest.fixture
def town(visit: Any, clock: SetClock) -> Town:
    clock.set(at(date(2026, 2, 10), 12))
    for slug in ("surat", "oytal"):
        visit.town.ids[f"round.{slug}"] = visit.town.round(slug).id
    return visit.town  # type: ignore[no-any-return]


def make(town: Town, *, send: bool, slug: str = "surat", by: str = "aigerim") -> tuple[str, str]:
    """A draft or proposal with a photo: its id and its photo's."""
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(kept, "JPEG")
    session, now = town.session, town.clock.now()
    settlement = {"surat": "315446100", "oytal": "315443100"}[slug]
    with transaction(session):
        made = actions.start_draft(
            session,
            district_id=f"d-{slug}",
            round_id=town.ids[f"round.{slug}"],
            person_id=town.ids[by],
            what=What("kk", "Мектеп жолына шам орнату", "Қыста балалар қараңғыда қайтады.", 8),
            now=now,
        )
        where = Where(settlement, "Абай көшесі")
        pictures = [photos.remake(kept.getvalue())]
        actions.save_where(session, draft=made, where=where, pictures=pictures, now=now)
        if send:
            actions.submit(session, draft=made, now=now)
        photo = session.exec(select(Photo.id).where(Photo.proposal_id == made.id)).one()
        return made.id, photo


def set_status(town: Town, proposal_id: str, **values: object) -> None:
    with transaction(town.session):
        one = town.session.get_one(Proposal, proposal_id)
        for name, value in values.items():
            setattr(one, name, value)
        town.session.add(one)


OTHERS = ("", "bolat", "gulnar", "dana", "erlan", "marat", "saule", "timur")


def test_a_draft_is_opened_by_its_author_alone(visit: Any, town: Town) -> None:
    draft, _ = make(town, send=False)
    for step in ("what", "where", "check"):
        assert visit("aigerim").get(f"/kk/surat/drafts/{draft}/{step}").status == 200
    for name in OTHERS[1:]:
        browser: Browser = visit(name)
        for step in ("what", "where", "check"):
            url = f"/kk/surat/drafts/{draft}/{step}"
            assert browser.get(url).status == 404, name
            assert browser.post(url, FORM).status == 404, name
        assert browser.post(f"/kk/surat/drafts/{draft}/discard", {}).status == 404, name
    assert visit().get(f"/kk/surat/drafts/{draft}/what").path == "/kk/sign-in"
    kept = town.session.exec(select(Proposal)).one()
    assert (kept.title, kept.status) == ("Мектеп жолына шам орнату", Status.DRAFT)


@pytest.mark.parametrize("address", ["/kk/oytal/drafts/{}/what", "/kk/surat/drafts/{}/nothing"])
def test_a_draft_is_not_at_another_address(visit: Any, town: Town, address: str) -> None:
    draft, _ = make(town, send=False)
    assert visit("aigerim").get(address.format(draft)).status == 404
    assert visit("aigerim").post(address.format(draft), FORM).status == 404


def test_a_forged_draft_number_is_not_there(visit: Any, town: Town) -> None:
    theirs, _ = make(town, send=False, by="bolat")
    foreign, _ = make(town, send=False, slug="oytal", by="gulnar")
    url = f"{LIST}/new"
    for forged in (theirs, foreign, "short", "../../etc", "G" * 20, ""):
        assert visit("aigerim").post(url, {**FORM, "draft": forged}).status == 404, forged
    titles = {one.title for one in town.session.exec(select(Proposal))}
    assert titles == {"Мектеп жолына шам орнату"}


def test_nobody_begins_in_a_district_that_is_not_theirs(visit: Any, town: Town) -> None:
    for name in ("gulnar", "dana", "erlan", "saule", "timur"):
        page = visit(name).get(f"{LIST}/new")
        assert (page.status, page.tree.all("#what")) == (200, []), name
        assert visit(name).post(f"{LIST}/new", FORM).status == 403, name
    assert town.session.exec(select(Proposal)).all() == []


def test_the_photo_of_a_draft(visit: Any, town: Town) -> None:
    _, photo = make(town, send=False)
    url = f"/kk/surat/photos/{photo}"
    seen = {name: visit(name).get(url).status for name in ("aigerim", *OTHERS)}
    assert seen == {
        "aigerim": 200,
        "": 404,
        "bolat": 404,
        "gulnar": 404,
        "dana": 200,  # the desk that will answer
        "erlan": 200,
        "marat": 404,  # another district's desk
        "saule": 404,
        "timur": 404,
    }
    assert visit("aigerim").get(f"/kk/oytal/photos/{photo}").status == 404


def test_a_public_photo_runs_nothing_and_asks_for_the_right_each_time(
    visit: Any, town: Town
) -> None:
    made, photo = make(town, send=True)
    answer = visit().get(f"/kk/surat/photos/{photo}").response
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-cache"
    again = visit().get(
        f"/kk/surat/photos/{photo}", headers={"if-none-match": answer.headers["etag"]}
    )
    assert (again.status, again.response.content) == (304, b"")
    set_status(town, made, status=Status.DRAFT, number=None)
    hidden = visit().get(
        f"/kk/surat/photos/{photo}", headers={"if-none-match": answer.headers["etag"]}
    )
    assert hidden.status == 404


def test_a_scan_is_taken_away_and_not_shown(visit: Any, town: Town) -> None:
    with transaction(town.session):
        scan = photos.keep_scan(
            town.session,
            district_id="d-surat",
            data=b"%PDF-1.7 <script>alert(1)</script>",
            now=town.clock.now(),
        ).id
    answer = visit().get(f"/kk/surat/photos/{scan}").response
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert visit().get(f"/kk/oytal/photos/{scan}").status == 404


def test_a_proposal_is_public_in_its_own_district_only(visit: Any, town: Town) -> None:
    make(town, send=True)
    for name in ("", "aigerim", "gulnar", "marat"):
        page = visit(name).get("/kk/surat/proposals/2026-0001")
        assert page.status == 200
        assert "Айгерім С." in page.text()
        assert "Сейітова" not in page.text("main")  # the whole name is nobody's to read
        assert visit(name).get("/kk/oytal/proposals/2026-0001").status == 404
    assert visit().get("/kk/surat/proposals/2026-0002").status == 404


def test_a_draft_is_on_no_public_page(visit: Any, town: Town) -> None:
    make(town, send=False)
    made, _ = make(town, send=False, slug="oytal", by="gulnar")
    for name in ("", "bolat", "dana"):
        browser = visit(name)
        for slug in ("surat", "oytal"):
            for address in ("", ".csv", "?q=шам"):
                page = browser.get(f"/kk/{slug}/rounds/2026/proposals{address}")
                assert page.status == 200
                assert "Мектеп жолына" not in page.html
        assert browser.get(f"/kk/oytal/proposals/{made}").status == 404


@pytest.mark.parametrize("page", ["receipt", "text"])
def test_a_receipt_and_the_text_are_the_authors_and_the_desks(
    visit: Any, town: Town, page: str
) -> None:
    make(town, send=True)
    url = f"/kk/surat/proposals/2026-0001/{page}"
    seen = {name: visit(name).get(url).status for name in ("aigerim", *OTHERS[1:])}
    assert {name for name, status in seen.items() if status == 200} == {
        "aigerim",
        "dana",
        "erlan",
    }
    assert set(seen.values()) == {200, 404}
    assert visit().get(url).path == "/kk/sign-in"


def test_only_its_author_withdraws_a_proposal(visit: Any, town: Town) -> None:
    make(town, send=True)
    url = "/kk/surat/proposals/2026-0001/withdraw"
    for name in OTHERS[1:]:
        assert visit(name).get(url).status == 404, name
        assert visit(name).post(url, {}).status == 404, name
    elsewhere = url.replace("surat", "oytal")
    assert visit("aigerim").post(elsewhere, {}).status == 404
    assert town.session.exec(select(Proposal.status)).one() == "submitted"
    town.session.rollback()
    visit("aigerim").get(url).submit("#withdraw")
    assert town.session.exec(select(Proposal.status)).one() == "withdrawn"


def test_the_clerk_corrects_for_whoever_handed_it_in_at_the_office(visit: Any, town: Town) -> None:
    made, _ = make(town, send=True)
    returned = {"status": Status.RETURNED, "waiting_since": date(2026, 2, 10)}
    set_status(town, made, **returned)
    url = f"/kk/surat/drafts/{made}/what"
    assert visit("dana").get(url).status == 404  # Aigerim wrote it herself
    set_status(town, made, filed_by="Дана Омарова")
    assert visit("dana").get(url).status == 200
    for name in ("erlan", "marat", "bolat"):
        assert visit(name).get(url).status == 404, name


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_costs_the_same_however_long(visit: Any, town: Town, many: int) -> None:
    of = town.session.get_one(Round, town.ids["round.surat"])
    for n in range(many):
        town.proposal(of, f"Ұсыныс {n}", status=Status.SUBMITTED)
    statements: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    town.session.rollback()
    engine = visit.app.state.engine
    browser = visit("aigerim")
    event.listen(engine, "before_cursor_execute", note)
    page = browser.get(LIST)
    event.remove(engine, "before_cursor_execute", note)
    assert page.tree.one("[data-total]").attrs["data-total"] == str(many)
    assert len(statements) == 14
