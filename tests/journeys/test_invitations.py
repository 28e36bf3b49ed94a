"""A clerk invites, a second official agrees, somebody takes up an office; and who must not."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pyotp
from sqlmodel import select

from app.core.database import open_session, transaction
from app.ledger.models import Entry
from app.people import consent
from app.people.consent import Actor
from app.people.models import Role
from app.people.office_models import Consent
from tests.browser import Browser, Page
from tests.conftest import SetClock
from tests.town import Town

Visit = Callable[..., Browser]
DESK = "/kk/surat/desk/officials"
PASSWORD = "жеті рет өлшеп бір рет кес"
PERSON = {"full_name": "Асан Қайғы", "role": "clerk", "until": "2026-12-31"}
WHY = {"why": "Қызметке жаңа маман келді"}


def agree(town: Town, name: str = "nurlan") -> None:
    with transaction(town.session) as session:
        asked = session.exec(select(Consent)).one()
        consent.agree(
            session,
            asked=asked,
            second=Actor(town.ids[name], "Нұрлан Ж.", Role.CLERK),
            now=town.clock.now(),
        )


def link_of(page: Page) -> str:
    return urlsplit(page.text("main .receipt")).path


def invite(visit: Visit) -> str:
    desk = visit("dana")
    desk.get(f"{DESK}/new").submit("#invite", **PERSON, **WHY)
    agree(visit.town)
    page = desk.get(DESK)
    forms = [one for one in page.tree.all("main form") if "/agreed/" in one.attrs["action"]]
    return link_of(page.submit(f"form[action={forms[0].attrs['action']}]"))


def test_from_the_asking_to_the_desk(visit: Visit, clock: SetClock) -> None:
    desk = visit("dana")
    page = desk.get("/kk/surat/desk").follow(DESK).follow(f"{DESK}/new")
    page = page.submit("#invite", **PERSON, **WHY)
    assert page.path == DESK
    assert "Асан Қайғы" in page.text()
    assert not [one for one in page.tree.all("main form") if "/agreed/" in one.attrs["action"]]
    agree(visit.town)
    nurlan = visit("nurlan").get(DESK)  # agreed, and not his to use
    assert not [one for one in nurlan.tree.all("main form") if "/agreed/" in one.attrs["action"]]
    page = desk.get(DESK)
    (form,) = [one for one in page.tree.all("main form") if "/agreed/" in one.attrs["action"]]
    page = page.submit(f"form[action={form.attrs['action']}]")
    assert page.response.headers["cache-control"] == "no-store"
    link = link_of(page)
    again = desk.post(form.attrs["action"], {})
    assert (again.status, again.refusals) == (422, ["people.consent_settled"])
    assert link not in desk.get(DESK).html  # shown once
    assert (
        len([e for e in desk.get(DESK).tree.all("main form") if "take-back" in e.attrs["action"]])
        == 1
    )

    new = visit()
    page = new.get(link)
    assert page.response.headers["referrer-policy"] == "no-referrer"
    assert "Асан Қайғы" in page.text()
    assert "Сұрат ауылдық округі" in page.text()
    for typed, code in (
        ({"login": "dana", "password": PASSWORD, "again": PASSWORD}, "people.login_taken"),
        ({"login": "asan", "password": "парольпароль", "again": "x"}, "people.password_easy"),
        ({"login": "asan", "password": "Асан-Қайғы-1", "again": "x"}, "people.password_easy"),
        ({"login": "asan", "password": "қысқа", "again": "қысқа"}, "people.password_short"),
        ({"login": "asan", "password": PASSWORD, "again": "x"}, "people.password_again"),
        ({"login": "", "password": PASSWORD, "again": PASSWORD}, "form.missing"),
    ):
        refused = page.submit("#account", **typed)
        assert (refused.status, refused.refusals) == (422, [code])
        assert PASSWORD not in refused.html
    page = page.submit("#account", login="Asan", password=PASSWORD, again=PASSWORD)
    assert page.path == "/kk/sign-in/second"  # nothing opens before a second factor
    assert new.get("/kk/surat/desk").path == "/kk/sign-in"
    page = new.get("/kk/sign-in/second").submit("form[action=/kk/sign-in/second/new/totp]")
    secret = page.text("main .receipt").replace(" ", "")
    page = page.submit("#prove", code=pyotp.TOTP(secret).at(clock.wall()))
    assert page.path == "/kk/me/factors"
    assert new.get("/kk/surat/desk/roll").status == 200
    assert new.get("/kk/oytal/desk/roll").status == 403

    used = visit().get(link)
    assert (used.status, used.refusals) == (409, ["people.invitation_used"])
    assert "Қайғы" not in used.html
    with open_session(visit.app.state.engine) as session:
        entries = session.exec(select(Entry).order_by(Entry.at, Entry.number)).all()
    assert [one.kind for one in entries] == [
        "people.consent_asked",
        "people.consent_given",
        "people.invited",
        "people.office_taken_up",
    ]
    assert "Қайғы" not in str([one.facts for one in entries])
    assert "asan" not in str([(one.facts, one.by_name) for one in entries])


def test_links_that_open_nothing(visit: Visit, clock: SetClock) -> None:
    link = invite(visit)
    assert visit().get("/kk/invitation/" + "x" * 43).status == 404
    assert visit().get("/kk/invitation/%00").status == 404
    begun = visit().get(link)
    clock.forward(days=7)
    late = begun.submit("#account", login="asan", password=PASSWORD, again=PASSWORD)
    assert (late.status, late.refusals) == (409, ["people.invitation_over"])
    assert not late.tree.all("#account")


def test_taken_back_while_the_page_was_open(visit: Visit) -> None:
    link = invite(visit)
    begun = visit().get(link)
    desk = visit("nurlan")  # any clerk of the district
    page = desk.get(DESK)
    (form,) = [one for one in page.tree.all("main form") if "take-back" in one.attrs["action"]]
    other = visit("marat")
    stolen = form.attrs["action"].replace("/surat/", "/oytal/")
    assert other.post(stolen, {}).status == 404
    assert other.post(form.attrs["action"], {}).status == 403
    page.submit(f"form[action={form.attrs['action']}]")
    refused = begun.submit("#account", login="asan", password=PASSWORD, again=PASSWORD)
    assert (refused.status, refused.refusals) == (409, ["people.invitation_taken_back"])


def test_somebody_who_has_an_account_takes_it_up_with_that(visit: Visit) -> None:
    desk = visit("dana")
    person = {**PERSON, "full_name": "Марат Ысқақов"}
    desk.get(f"{DESK}/new").submit("#invite", **person, **WHY)
    agree(visit.town)
    page = desk.get(DESK)
    (form,) = [one for one in page.tree.all("main form") if "/agreed/" in one.attrs["action"]]
    link = link_of(page.submit(f"form[action={form.attrs['action']}]"))
    stranger = visit("zhanar").get(link)
    assert not stranger.tree.all("main form button")[1:]  # only the form of a new account
    refused = visit("zhanar").post(link, {"account": "mine"})
    assert refused.refusals == ["people.invitation_name"]
    assert visit().post(link, {"account": "mine"}).refusals == ["people.invitation_account"]
    marat = visit("marat")
    page = marat.get(link).submit("main form")
    assert page.path == "/kk/me"
    offices = [one for one in page.tree.all("main form") if "office" in one.attrs["action"]]
    page = page.submit(f"form[action={offices[0].attrs['action']}]")
    assert page.path == "/kk/surat/desk"
    assert "маманы, Сұрат" in page.text(".who")  # as whom, always


def test_nobody_alone_makes_an_official(visit: Visit, clock: SetClock) -> None:
    desk = visit("dana")
    desk.get(f"{DESK}/new").submit("#invite", **PERSON, **WHY)
    with open_session(visit.app.state.engine) as session:
        asked = session.exec(select(Consent)).one().id
    early = desk.post(f"{DESK}/agreed/{asked}", {})
    assert (early.status, early.refusals) == (422, ["people.consent_settled"])
    agree(visit.town)
    theirs = visit("nurlan").post(f"{DESK}/agreed/{asked}", {})
    assert theirs.refusals == ["people.consent_settled"]
    clock.forward(days=3)
    desk = visit("dana")
    late = desk.post(f"{DESK}/agreed/{asked}", {})
    assert late.refusals == ["people.consent_ended"]
    assert visit("marat").post(f"/kk/oytal/desk/officials/agreed/{asked}", {}).status == 404


def test_a_bad_request_loses_nothing(visit: Visit) -> None:
    page = visit("dana").get(f"{DESK}/new")
    for typed, code in (
        ({"full_name": "Асан"}, "people.name_whole"),
        ({"until": "2026-04-17"}, "people.office_term"),
        ({"until": "ертең"}, "form.day"),
        ({"why": "жоқ"}, "form.too_short"),
    ):
        refused = page.submit("#invite", **{**PERSON, **WHY, "by_order": "№ 7", **typed})
        assert (refused.status, refused.refusals) == (422, [code])
        assert refused.tree.one("[name=by_order]").attrs["value"] == "№ 7"
    role = page.browser.post(f"{DESK}/new", {**PERSON, **WHY, "role": "operator"})
    assert role.refusals == ["form.choice"]


def test_a_term_ends_early_and_the_session_with_it(visit: Visit, clock: SetClock) -> None:
    nurlan, desk = visit("nurlan"), visit("dana")
    assert nurlan.get("/kk/surat/desk").status == 200
    page = desk.get(DESK)
    ends = [one for one in page.links() if one.endswith("/end")]
    assert f"{DESK}/{visit.town.ids['dana.office']}/end" not in ends  # never one's own
    assert desk.get(f"{DESK}/{visit.town.ids['dana.office']}/end").status == 404
    assert desk.get(f"{DESK}/{visit.town.ids['marat.office']}/end").status == 404
    page = desk.get(f"{DESK}/{visit.town.ids['nurlan.office']}/end")
    assert page.submit("#end", until="2026-01-01").refusals == ["people.office_term"]
    page = page.submit("#end", until="2026-04-17")
    assert page.path == DESK
    assert "Нұрлан" not in page.text()
    assert nurlan.get("/kk/surat/desk").path == "/kk/sign-in"
    assert visit("erlan").get(DESK).status == 200  # the akim sees, and does not change
    assert visit("erlan").get(f"{DESK}/new").status == 403


def test_one_clerk_alone_names_a_second_first(visit: Visit) -> None:
    desk = visit("marat")
    page = desk.get("/kk/oytal/desk/officials/new").submit("#invite", **PERSON, **WHY)
    assert (page.status, page.refusals) == (422, ["people.no_second"])
