"""What an attacker tries at the front door; and where each attack is held.

- enumerate accounts: cards in `test_card_attacks` (statements and hashes counted), logins in
  `test_sign_in`, `test_second_factor` and `rooms/test_people_sign_in`, phone numbers in
  `test_sign_in_phone` and `rooms/test_people_phone_codes`, people of other rolls in
  `rooms/test_people_conflicts`;
- guess a code: cards in `test_card_attacks` (in parallel, and with a right card in between), phone
  codes in `rooms/test_people_phone_codes`, passwords, second factors and the group of a card in
  `test_attacks_at_sign_in`;
- replay a code: phone codes in `rooms/test_people_phone_codes`, answers of the state's provider in
  `test_sign_in_state`, dead cards in `test_card_attacks`, an authenticator's and a printed one in
  `rooms/test_people_factors`, and by the front door in `test_attacks_at_sign_in`;
- race two codes: `rooms/test_people_phone_codes`, `rooms/test_people_factors`,
  `test_attacks_at_sign_in`;
- reuse an invitation, or one that expired: `test_invitations`, `rooms/test_people_invitations`;
- forge a form from another site: `test_guard` (what browsers say), and here at every route;
- fix a session: `test_sign_in`, `test_second_factor`, and for every way in in
  `test_attacks_at_sign_in`;
- change the district in an address: `test_rights_matrix` (things of the next district under one's
  own), and here every page and every good form of one's own under the next district's.
"""

from typing import Any

import pytest

from app.main import routes_of
from tests.browser import read
from tests.forms_under_siege import PLACES, VOTING, find, known_things
from tests.journeys.test_rights_matrix import LINES, NAMED, SOME, WELCOME, Line, address
from tests.siege import HOME, NEXT, WHO, Siege

pytestmark = pytest.mark.xdist_group("attacks")


# a form from another site

FROM_ELSEWHERE = {
    "another site": {"sec-fetch-site": "cross-site"},
    "a neighbour under our domain": {"sec-fetch-site": "same-site"},
    "nobody's page": {"sec-fetch-site": "none"},
    "another origin": {"origin": "https://evil.example"},
    "our name in front of theirs": {"origin": "http://testserver.evil.example"},
    "our host at another port": {"origin": "http://testserver:8080"},
    "a page without an origin": {"origin": "null"},
    "a browser that says nothing": {},
}


def sent_from(siege: Siege, who: str, url: str, form: Any, files: Any, headers: Any) -> int:
    """The status of a form that a page of somebody else sends in this person's browser."""
    siege.client.cookies.clear()
    cookie = f"asar-code=code-of-{who}; asar={siege.tokens[who]}"
    sent = siege.client.post(
        url, data=form, files=files or None, headers={"cookie": cookie, **headers}
    )
    return sent.status_code


def token_of(siege: Siege, who: str) -> str:
    """The hidden field of a form as it stands on somebody's own page."""
    page = read(siege.ask(who, "GET", "/kk/sign-out").text)
    return page.all("input[name=_token]")[0].attrs["value"]


def test_no_route_takes_a_form_from_another_site(siege: Siege) -> None:
    """Every route that writes, as somebody who may: refused before anything is looked at."""
    stolen = token_of(siege, "other-akim")
    before, wrong, asked = siege.version, [], 0
    for line in LINES:
        if line.method != "POST":
            continue
        who = "author" if "author" in line.lets_in else line.lets_in[0]
        url = address(line.path, siege.things[HOME])
        form = {**NAMED, "person": siege.things[HOME].person}
        for what, headers in FROM_ELSEWHERE.items():
            for token in {"": {}, "stolen": {"_token": stolen}}.values():
                status = sent_from(siege, who, url, form | token, None, headers)
                asked += 1
                if status != 403:
                    wrong.append(f"{line.path} {what} {token}: {status}")
    assert wrong == []
    assert siege.version == before, "something was written"
    assert asked > 80 * 16


def test_no_good_form_is_taken_from_another_site(siege: Siege) -> None:
    """The same with forms that `test_bad_input` shows to be taken when they are one's own."""
    stolen = token_of(siege, "other-akim")
    before, wrong, asked = siege.version, [], 0
    for place in PLACES:
        if place.day != VOTING:
            continue
        form, _ = find(siege, place, siege.things[HOME], known_things(siege))
        assert siege.version == before
        form.data.pop("_token", None)
        for what in ("another site", "another origin", "a browser that says nothing"):
            for token in ([], [stolen], ["x"], [""]):
                data = form.data | ({"_token": token} if token else {})
                headers = FROM_ELSEWHERE[what]
                status = sent_from(siege, place.who, form.url, data, form.files, headers)
                asked += 1
                if status != 403:
                    wrong.append(f"{place} {what} {token}: {status}")
    assert wrong == []
    assert siege.version == before, "something was written"
    assert asked > 500


def test_every_route_that_writes_was_asked(siege: Siege) -> None:
    posts = {route.path for route in routes_of(siege.app) if "POST" in route.methods}
    assert {line.path for line in LINES if line.method == "POST"} == posts
    others = {method for route in routes_of(siege.app) for method in route.methods}
    assert others <= {"GET", "HEAD", "POST"}


# the district in an address

# The raion's people work in each of its districts; the next raion's are shut out in `doors.txt`.
IN_BOTH = ("deputy", "maslikhat-office", "raion-office")
FOR_ALL = ("/results/mine",)  # keeps nothing, and asks of nobody where they live
IN_A_DISTRICT = [
    line for line in LINES if "{slug}" in line.path and len(line.lets_in) < len(WHO) - 1
]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_of_ones_own_is_shut_under_the_next_districts_name(
    siege: Siege, method: str
) -> None:
    """By the names of the things at home and by those of the real ones over there."""
    wrong, asked = [], 0
    for line in (one for one in IN_A_DISTRICT if one.method == method):
        for things in (siege.things[HOME], siege.things[NEXT]):
            url = address(line.path, things).replace(f"/kk/{HOME}", f"/kk/{NEXT}", 1)
            for who in set(line.lets_in) - set(IN_BOTH):
                status, leads_to = knocked(siege, line, who, url)
                asked += 1
                if status not in (403, 404):
                    wrong.append(f"{who} {method} {url}: {status} {leads_to}")
    assert wrong == []
    assert asked > 100


def knocked(siege: Siege, line: Line, who: str, url: str) -> tuple[int, str]:
    before = siege.version
    form = {"data": {**NAMED, "person": siege.things[HOME].person}}
    answer = siege.ask(who, line.method, url, **(form if line.method == "POST" else {}))
    assert siege.version == before, f"{who} wrote at {url}"
    return answer.status_code, answer.headers.get("location", "")


def test_a_form_good_at_home_is_refused_under_the_next_districts_name(siege: Siege) -> None:
    """A form filled in at home, sent to the same address next door: with what it names at home,
    and with what really stands there."""
    home, other = siege.things[HOME], siege.things[NEXT]
    known = {getattr(home, one): getattr(other, one) for one in home.__slots__ if one != "extra"}
    before, wrong, asked = siege.version, [], 0
    for place in PLACES:
        if place.day != VOTING or place.who in IN_BOTH or place.action in FOR_ALL:
            continue
        form, _ = find(siege, place, home, known_things(siege))
        if f"/{HOME}/" not in form.url:
            continue
        there = form.url.replace(f"/{HOME}/", f"/{NEXT}/", 1)
        named = "/".join(known.get(part, part) for part in there.split("/"))
        data = {name: [known.get(v, v) for v in values] for name, values in form.data.items()}
        for url, sent in ((there, form.data), (named, form.data), (named, data)):
            answer = siege.ask(place.who, "POST", url, data=sent, files=form.files or None)
            asked += 1
            if answer.status_code not in (403, 404):
                wrong.append(f"{place} {url}: {answer.status_code}")
    assert wrong == []
    assert siege.version == before, "something was written"
    assert asked > 120


def test_pages_open_to_all_name_nobody_of_another_district(siege: Siege) -> None:
    """The rest of the routes with a district in them: open to everybody, and public over there."""
    public = [
        line
        for line in LINES
        if "{slug}" in line.path and line.method == "GET" and line not in IN_A_DISTRICT
    ]
    for line in public:
        url = address(line.path, siege.things[NEXT]).replace(f"/kk/{HOME}", f"/kk/{NEXT}", 1)
        for who in SOME:
            status, _ = knocked(siege, line, who, url)
            assert status in WELCOME["GET"], f"{who} {url}: {status}"
    assert len(public) > 15
