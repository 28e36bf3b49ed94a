"""Every route, every kind of person, things of one's own district and of the next one.

`doors.txt` beside this file is what people have agreed on: who gets in where. A route that is not
in it, or that lets in somebody else, fails here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.main import routes_of
from app.web.doors import door_of
from tests.siege import HOME, NEXT, WHO, Siege, Things

pytestmark = pytest.mark.xdist_group("rights")
DOORS = Path(__file__).with_name("doors.txt")
RAION = "315400000"
# Where everybody gets in, asking a few of them tells the same.
SOME = ("visitor", "author", "other-clerk", "deputy", "operator")
GROUPS = {"everybody": tuple(WHO), "signed-in": tuple(who for who in WHO if who != "visitor")}
RESIDENTS = ("author", "resident", "other-resident")
GROUPS["officials"] = tuple(who for who in GROUPS["signed-in"] if who not in RESIDENTS)
# What these forms write on is named in the form; without it there is nothing to answer about.
NAMED = {"draft": "0123456789abcdef0123"}
WELCOME = {"GET": (200, 204, 302, 303, 308, 409), "POST": (200, 303, 409, 422)}


@dataclass(frozen=True, slots=True)
class Line:
    """A route and who gets in."""

    method: str
    path: str
    door: str
    lets_in: tuple[str, ...]

    @property
    def names_a_thing(self) -> bool:
        return "{slug}" in self.path and bool(
            re.search(
                r"\{(key|number|draft_id|photo_id|person_id|office_id|invitation_id|request_id|list_id|asked_id|named_id|file_id|article_id|upload_id)\}",
                self.path,
            )
        )


def lines() -> Iterator[Line]:
    for text in DOORS.read_text().splitlines():
        if not text.strip() or text.startswith("#"):
            continue
        method, path, door, *who = text.split()
        lets_in = tuple(one for name in who for one in GROUPS.get(name, (name,)))
        assert set(lets_in) <= set(WHO), text
        yield Line(method, path, door, lets_in)


LINES = list(lines())


def address(path: str, things: Things) -> str:
    """The address of this district's things under Surat's."""

    def part(found: re.Match[str]) -> str:
        name = found[1]
        if name == "number":
            return number_in(path, things)
        if name == "key":
            counted = ("results", "assembly", "approval", "protocol", "decisions", ".pb")
            return things.old_key if any(one in path for one in counted) else things.key
        return {
            "lang": "kk",
            "slug": HOME,
            "kato": RAION,
            "draft_id": things.draft,
            "photo_id": things.photo,
            "person_id": things.person,
            "office_id": things.office,
            "invitation_id": things.invitation,
            "request_id": things.agreed,
            "token": things.invitation_token,
            "factor_id": things.factor,
            "kind": "totp",
            "list_id": things.listed,
            "asked_id": things.asked,
            "conflict_id": things.conflict,
            "named_id": things.named,
            "act": "review",
            "step": "what",
            "code": "0000-0000",
            "year": "2026",
            "month": "3" if "/desk/" in path else "2",
            "ending": "json",
            "line": "1",
            "file_id": things.kept_file,
            "article_id": things.article,
            "upload_id": things.upload,
        }[name]

    return re.sub(r"\{(\w+)(?::int)?\}", part, path)


def number_in(path: str, things: Things) -> str:
    if "/budget/" in path or "/budgets/" in path:
        return "1"
    if "/contributions/" in path:
        if path.endswith(("/move", "/name")) and "/desk/" in path:
            return things.given
        return things.pledged
    if "/property/" in path:
        return things.thing
    if "/claims/" in path:
        return things.claim
    if "/questions/" in path:
        return things.answered if path.endswith("/verdict") else things.question
    if "/works/" in path or path.endswith("/seen"):
        return things.works
    if "/decisions/" in path:
        return things.decided
    if "/desk/" in path or path.endswith(("/receipt", "/text", "/withdraw")):
        return things.submitted
    return "000000" if "/card/" in path else things.on_ballot


def knock(siege: Siege, who: str, method: str, url: str) -> tuple[int, str]:
    """The status and where it leads on; whatever was changed is put back."""
    before = siege.version
    named = {**NAMED, "person": siege.things[HOME].person}
    kwargs: dict[str, Any] = {"data": named} if method == "POST" else {}
    answer = siege.ask(who, method, url, **kwargs)
    if siege.version != before:
        siege.restore()
    return answer.status_code, answer.headers.get("location", "")


def test_every_route_is_in_the_list_with_its_door_and_no_other(siege: Siege) -> None:
    real = {
        (method, route.path, door_of(route).name)  # type: ignore[union-attr]
        for route in routes_of(siege.app)
        for method in route.methods
    }
    listed = [(line.method, line.path, line.door) for line in LINES]
    assert sorted(real - set(listed)) == [], "not in doors.txt"
    assert sorted(set(listed) - real) == [], "in doors.txt, and no longer in the application"
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.method} {line.path}")
def test_who_gets_in(siege: Siege, line: Line) -> None:
    url = address(line.path, siege.things[HOME])
    wrong = []
    for who in SOME if len(line.lets_in) == len(WHO) else WHO:
        status, leads_to = knock(siege, who, line.method, url)
        to_sign_in = status == 303 and "/sign-in?next=" in leads_to
        if who in line.lets_in:
            good = status in WELCOME[line.method] and not to_sign_in
        elif who == "visitor":
            good = to_sign_in
        else:
            good = status in (403, 404)
        if not good:
            wrong.append(f"{who}: {status} {leads_to}")
    assert wrong == [], url


@pytest.mark.parametrize(
    "line",
    [line for line in LINES if line.names_a_thing],
    ids=lambda line: f"{line.method} {line.path}",
)
def test_a_thing_of_the_next_district_is_not_there(siege: Siege, line: Line) -> None:
    """Real ones of Oytal, asked for under Surat's address by whoever gets in at Surat."""
    url = address(line.path, siege.things[NEXT])
    assert url != address(line.path, siege.things[HOME])
    inside = SOME if len(line.lets_in) == len(WHO) else line.lets_in
    for who in dict.fromkeys((*inside, "other-clerk", "other-resident")):
        status, leads_to = knock(siege, who, line.method, url)
        if status == 303 and line.path.endswith("/{act}"):  # leads back to the thing itself
            status, leads_to = knock(siege, who, "GET", leads_to)
        shut = (403, 404) if who not in line.lets_in else (404,)
        to_sign_in = who == "visitor" and status == 303 and "/sign-in?next=" in leads_to
        assert status in shut or to_sign_in, f"{who}: {status} {leads_to} {url}"


def test_a_things_own_address_works_for_its_own_people(siege: Siege) -> None:
    """The proof that the addresses above name real things: at Oytal they open to Oytal's."""
    lets = {"clerk": "other-clerk", "akim": "other-akim", "author": "other-resident"}
    opened = 0
    for line in LINES:
        who = next((lets.get(one, one) for one in line.lets_in if one != "resident"), "")
        if not line.names_a_thing or line.method != "GET" or not who:
            continue
        url = address(line.path, siege.things[NEXT]).replace(f"/{HOME}", f"/{NEXT}")
        status, _ = knock(siege, who, "GET", url)
        assert status in WELCOME["GET"], f"{who}: {status} {url}"
        opened += 1
    assert opened > 30


def test_a_photo_of_a_draft_is_its_authors_and_the_offices(siege: Siege) -> None:
    things = siege.things[HOME]
    url = f"/kk/{HOME}/photos/{things.draft_photo}"
    seen = {who for who in WHO if knock(siege, who, "GET", url)[0] == 200}
    assert "author" in seen
    assert seen <= {"author", "clerk", "akim"}
    stranger = f"/kk/{HOME}/photos/{siege.things[NEXT].draft_photo}"
    assert {knock(siege, who, "GET", stranger)[0] for who in WHO} == {404}


def test_another_raion_has_its_own_people(siege: Siege) -> None:
    url = "/kk/raions/473600000/desk"
    verdicts = {who: knock(siege, who, "GET", url)[0] for who in WHO}
    assert [who for who, status in verdicts.items() if status == 200] == [
        "other-deputy",
        "other-maslikhat-office",
    ]


def test_no_form_of_one_district_takes_ids_of_the_other(siege: Siege) -> None:
    """Ids in the fields of a form instead of in its address: nothing is written."""
    home, other = siege.things[HOME], siege.things[NEXT]
    sheet = siege.watch.execute(
        "SELECT number FROM paper_ballot WHERE district_id ="
        " (SELECT id FROM district WHERE slug = ?) LIMIT 1",
        (NEXT,),
    ).fetchone()[0]
    what = {"title": "Құдық", "body": "Ауылға құдық керек, су жоқ.", "direction": "8"}
    forms: list[tuple[str, str, dict[str, Any]]] = [
        ("clerk", f"/kk/{HOME}/desk/cards", {"person": [other.person]}),
        ("akim", f"/kk/{HOME}/desk/issue", {"chosen": [f"{other.submitted}:0"]}),
        ("clerk", f"/kk/{HOME}/desk/paper/issue", {"person": other.person, "number": sheet}),
        ("clerk", f"/kk/{HOME}/desk/paper/enter", {"number": sheet, "choice": ["1"]}),
        ("author", f"/kk/{HOME}/drafts/{home.draft}/where", {"settlement": other.settlement}),
        ("author", f"/kk/{HOME}/rounds/{home.key}/proposals/new", {**what, "draft": other.draft}),
        ("clerk", f"/kk/{HOME}/desk/file", {**what, **NAMED, "person": other.person}),
        ("clerk", f"/kk/{HOME}/desk/roll/add", {"settlement": other.settlement}),
        ("akim", "/kk/me/office", {"office": siege.office_of("other-akim")}),
        ("author", "/kk/me/sessions", {"session": siege.session_of("other-resident")}),
    ]
    for who, url, data in forms:
        before = siege.version
        answer = siege.ask(who, "POST", url, data=data)
        refused = answer.status_code in (404, 409, 422) or url.endswith("/sessions")
        assert refused, f"{url} {data}: {answer.status_code}"
        assert siege.version == before, url
    assert siege.ask("other-resident", "GET", "/kk/me").status_code == 200
