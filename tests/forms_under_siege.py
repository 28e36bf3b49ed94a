"""The product's forms: where each stands, who fills it in, and what a good one holds."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from PIL import Image

from app.people.iin import check_digit
from tests.browser import Element, read
from tests.counting.villages import VILLAGE
from tests.siege import HOME, Siege, Things
from tests.siege_upload import PAPER

VOTING = date(2026, 4, 18)
PROPOSING = date(2026, 2, 20)
BUDGETING = date(2025, 11, 3)  # last year's round lies before the raion and its maslikhat
TIED = date(2025, 11, 4)  # the same, and its count is made to wait for the commission
COUNTING = date(2026, 4, 28)
DECIDING = date(2026, 5, 12)
SCENES = {
    VOTING: (COUNTING, DECIDING),
    PROPOSING: (),
    BUDGETING: (TIED,),
}  # filled, then moved on to
RAION = "315400000"


@dataclass(frozen=True, slots=True)
class Place:
    """A form: the page it stands on, whose it is, and the end of the address it goes to."""

    day: date
    who: str
    page: str  # with the names of Things in braces
    action: str
    fields: dict[str, Any] = field(default_factory=dict)  # what a good one needs beyond a guess
    after: str = ""  # pressed first, on the same page: the form stands on what comes back

    def __str__(self) -> str:
        return f"{self.day} {self.who} {self.page} {self.action}"


LATER = {"expected_on": "2026-12-15"}
CLAIM = {"text": "Ауылым қате жазылған, түзетіңіз.", "contact": "Абай көшесі, 5"}
MEETING = {"notice_on": "2026-05-01", "held_on": "2026-05-12", "eligible": "3", "present": "2"}
RENAMED = {"name": "Жаңаева Жаңа", "born": "1990-02-03"}
STARTING = {"full_name": "Тың Қызметкер", "until": "2026-12-31"}
NEW = {"login": "tyn.q", "password": "құдық-шам-көпір-2026", "again": "құдық-шам-көпір-2026"}
KK, RU = "Көшеге шам орнату", "Установить фонари на улице"
WORDS = {"title": KK, "body": f"{KK}. {RU}, чтобы дети ходили в школу при свете."}
PHONE = {"phone": "87022223344", "again": "8 (702) 222-33-44"}
THING = {"kind": "machine", "bin": ""}
CLASSIFIED = "/kk/surat/desk/budget/classification"
PAPERS = "/kk/surat/desk/budget/import"
AS_IT_STANDS = {"do": "publish", "new_key": "", "new_amount": "", "new_planned": ""}
PUBLISHED = {"paper": "month:3", "paper_url": "https://example.kz/3"}
FIRST_AND_SECOND = {"place-1": "1", "place-2": "2"}
RETURNED = {"move": "returned", "project": ""}
PLACES = (
    # who comes and goes
    Place(VOTING, "visitor", "/kk/sign-in", "/sign-in#card", {"card": "{card}", "code": "{code}"}),
    Place(VOTING, "visitor", "/kk/sign-in?as=official", "/sign-in#official"),
    Place(VOTING, "visitor", "/kk/sign-in/card/{card}/{code}", "/sign-in#card"),
    Place(VOTING, "visitor", "/kk/sign-in/state?next=/kk/surat/", "/sign-in/state"),
    # a phone, and the codes that go to it
    Place(VOTING, "visitor", "/kk/sign-in/phone", "/sign-in/phone", {"phone": "87022223344"}),
    Place(VOTING, "visitor", "/kk/sign-in/phone/code", "/phone/code#code", {"code": "042317"}),
    Place(VOTING, "visitor", "/kk/sign-in/phone/code", "/phone/code#again"),
    Place(VOTING, "resident", "/kk/sign-in/phone/who", "/phone/who"),
    Place(VOTING, "author", "/kk/me/phone", "/me/phone", {**PHONE, "group": "2345A"}),
    Place(VOTING, "author", "/kk/me/phone/code", "/me/phone/code", {"code": "042317"}),
    Place(VOTING, "author", "/kk/me/phone/off", "/me/phone/off", {"group": "2345A"}),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/people/{person}/phone", "/phone", PHONE),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/people/{person}/phone", "/phone/off"),
    Place(VOTING, "author", "/kk/sign-out", "/sign-out"),
    Place(VOTING, "author", "/kk/me", "/me/sessions"),
    Place(VOTING, "observer", "/kk/me", "/me/office"),
    Place(
        VOTING,
        "clerk",
        "/kk/me",
        "/me/password",
        {"password": "құдық-шам-көпір-2026", "again": "құдық-шам-көпір-2026"},
    ),
    # officials: the second factor, and who comes and goes
    Place(VOTING, "half", "/kk/sign-in/second", "/sign-in/second#second", {"code": "{totp}"}),
    Place(VOTING, "half", "/kk/sign-in/second", "/sign-in/second/key"),
    Place(VOTING, "newcomer", "/kk/sign-in/second", "/second/new/{kind}"),
    Place(
        VOTING,
        "newcomer",
        "/kk/sign-in/second/new/totp",
        "/second/new/totp#prove",
        {"code": "{first_totp}"},
    ),
    Place(
        VOTING,
        "newcomer",
        "/kk/sign-in/second/new/codes",
        "/second/new/codes#prove",
        {"code": "{first_code}"},
    ),
    Place(VOTING, "clerk", "/kk/me/factors", "/me/factors/new/{kind}"),
    Place(VOTING, "clerk", "/kk/me/factors", "/{factor}/remove"),
    Place(VOTING, "clerk", "/kk/surat/desk/officials/new", "/officials/new", STARTING),
    Place(VOTING, "clerk", "/kk/surat/desk/officials", "/officials/agreed/{agreed}"),
    Place(VOTING, "clerk", "/kk/surat/desk/officials", "/take-back"),
    Place(VOTING, "clerk", "/kk/surat/desk/officials/{office}/end", "/officials/{office}/end"),
    Place(
        VOTING, "visitor", "/kk/invitation/{invitation_token}", "/{invitation_token}#account", NEW
    ),
    # a proposal
    Place(PROPOSING, "author", "/kk/surat/rounds/{key}/proposals/new", "/proposals/new", WORDS),
    Place(PROPOSING, "author", "/kk/surat/drafts/{draft}/what", "/what", WORDS),
    Place(PROPOSING, "author", "/kk/surat/drafts/{draft}/where", "/where"),
    Place(PROPOSING, "author", "/kk/surat/drafts/{draft}/check", "/check"),
    Place(PROPOSING, "author", "/kk/surat/drafts/{draft}/what", "/discard"),
    Place(PROPOSING, "author", "/kk/surat/proposals/{submitted}/withdraw", "/withdraw"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/file?person={person}", "/desk/file", WORDS),
    # the review
    Place(PROPOSING, "clerk", "/kk/surat/desk/proposals/{open}?verdict=admit", "/review"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/proposals/{open}?verdict=refuse", "/review"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/proposals/{open}?verdict=forward", "/review"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/proposals/{open}?verdict=return", "/review"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/proposals/{open}", "/number"),
    Place(
        PROPOSING,
        "akim",
        "/kk/surat/desk/proposals/{open}",
        "/extend",
        {"until": "2026-03-20"},
    ),
    Place(PROPOSING, "akim", "/kk/surat/desk/proposals/{ready}", "/back"),
    Place(PROPOSING, "akim", "/kk/surat/desk/issue", "/issue"),
    # the vote
    Place(VOTING, "author", "/kk/surat/rounds/{key}/ballot", "/ballot/check"),
    Place(
        VOTING,
        "author",
        "/kk/surat/rounds/{key}/ballot",
        "/ballot",
        after="/ballot/check",
    ),
    Place(VOTING, "clerk", "/kk/surat/desk/paper/print", "/paper/print", {"count": "12"}),
    Place(VOTING, "clerk", "/kk/surat/desk/paper/issue?name=Болат", "/paper/issue"),
    Place(VOTING, "clerk", "/kk/surat/desk/paper/enter", "/paper/enter", {"number": "{blank}"}),
    Place(VOTING, "akim", "/kk/surat/desk/paper/settle?number={torn}", "/paper/settle"),
    # the round
    Place(VOTING, "clerk", "/kk/surat/desk/round/new?start=2027-02-01", "/round/new"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/round/{key}", "/round/{key}", {"threshold": "2"}),
    Place(COUNTING, "clerk", "/kk/surat/desk/round/{key}/draw", "/draw", {"value": "478.12"}),
    Place(BUDGETING, "clerk", "/kk/surat/desk/round/{key}/envelope", "/envelope"),
    Place(VOTING, "clerk", "/kk/surat/desk/round/try", "/round/try"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/round/{key}/rivals", "/rivals"),
    Place(TIED, "clerk", "/kk/surat/desk/round/{key}/tie", "/tie", FIRST_AND_SECOND),
    # its money
    Place(PROPOSING, "clerk", "/kk/surat/desk/round/{key}/money", "/money/line"),
    Place(PROPOSING, "akim", "/kk/surat/desk/round/{key}/statement", "/statement"),
    Place(BUDGETING, "clerk", "/kk/surat/desk/round/{key}/money", "/money/draft"),
    Place(VOTING, "clerk", "/kk/surat/desk/round/{old_key}/money", "/money/spare", RETURNED),
    # one's own vote and one's own data
    Place(VOTING, "resident", "/kk/surat/my-votes", "/my-votes/notice"),
    Place(VOTING, "visitor", "/kk/surat/rounds/{old_key}/results/mine", "/results/mine"),
    Place(VOTING, "resident", "/kk/surat/rounds/{key}/not-my-vote", "/not-my-vote"),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/people/{voter}/vote", "/vote"),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/people/{voter}/dispute", "/dispute"),
    Place(VOTING, "akim", "/kk/surat/desk/disputes?dispute={dispute}", "/desk/disputes"),
    Place(VOTING, "author", "/kk/me/erase", "/me/erase", {"group": "2345A"}),
    # two officials
    Place(VOTING, "akim", "/kk/surat/desk/second/{asked}", "/agree"),
    Place(VOTING, "akim", "/kk/surat/desk/second/{asked}", "/refuse"),
    Place(VOTING, "clerk", "/kk/surat/desk/second/{asked}", "/take-back"),
    Place(VOTING, "akim", "/kk/surat/desk/second", "/second/named"),
    Place(VOTING, "akim", "/kk/surat/desk/second", "/end"),
    Place(VOTING, "clerk", "/kk/surat/desk/second/cancel/{key}", "/cancel/{key}"),
    Place(
        COUNTING,
        "clerk",
        "/kk/surat/desk/second/hold/{key}",
        "/hold/{key}",
        {"day": "2026-05-05", "hour": "10:00"},
    ),
    # the roll
    Place(PROPOSING, "clerk", "/kk/surat/desk/roll/add", "/roll/add"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/roll/import", "/roll/import"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/roll/import/{listed}", "/{listed}"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/roll/import/{listed}", "/drop"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/roll/people/{person}", "/off"),
    Place(PROPOSING, "clerk", "/kk/surat/desk/roll/people/{person}/correct", "/correct", RENAMED),
    # the same, once the list is closed: a second official is asked
    Place(VOTING, "clerk", "/kk/surat/desk/roll/add", "/roll/add"),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/people/{person}/correct", "/correct", RENAMED),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/people/{person}", "/off"),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/people/{person}", "/card"),
    Place(VOTING, "clerk", "/kk/surat/desk/cards", "/cards"),
    Place(VOTING, "clerk", "/kk/surat/desk/cards", "/cards/agreed/{reissue}"),
    Place(VOTING, "clerk", "/kk/surat/desk/cards/anew", "/cards/anew", {"person": "{person}"}),
    # the list of voters
    Place(VOTING, "author", "/kk/surat/roll/mine", "/roll/mine", CLAIM),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/ask", "/roll/ask"),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/claims/new", "/claims/new", CLAIM),
    Place(VOTING, "clerk", "/kk/surat/desk/roll/claims/{claim}", "/claims/{claim}"),
    Place(
        BUDGETING,
        "raion-office",
        "/kk/raions/315400000/office/conflicts/{conflict}",
        "/conflicts/{conflict}",
    ),
    # decisions
    Place(DECIDING, "clerk", "/kk/surat/desk/assembly/{key}", "/assembly/{key}", MEETING),
    Place(VOTING, "akim", "/kk/surat/desk/decisions/{decided}", "/decisions/{decided}"),
    Place(BUDGETING, "clerk", "/kk/surat/desk/decisions/{drafted}", "/raion"),
    Place(BUDGETING, "maslikhat-office", "/kk/surat/approval/{key}", "/approval/{key}"),
    # works and questions
    Place(VOTING, "clerk", "/kk/surat/desk/works/{works}", "/stage"),
    Place(VOTING, "clerk", "/kk/surat/desk/works/{works}", "/payment", {"amount": "1000"}),
    Place(VOTING, "clerk", "/kk/surat/desk/works/{works}", "/promise", LATER),
    Place(VOTING, "clerk", "/kk/surat/desk/works/{works}", "/photos"),
    Place(VOTING, "author", "/kk/surat/proposals/{works}/seen", "/seen"),
    Place(VOTING, "author", "/kk/surat/proposals/{works}/ask", "/ask"),
    Place(VOTING, "deputy", "/kk/surat/proposals/{works}/ask", "/ask"),
    Place(VOTING, "clerk", "/kk/surat/desk/questions/{question}", "/questions/{question}"),
    Place(VOTING, "deputy", "/kk/surat/questions/{answered}", "/verdict"),
    # the district's money
    Place(VOTING, "clerk", "/kk/surat/desk/budget/steps", "/budget/steps", {"url": ""}),
    Place(VOTING, "clerk", "/kk/surat/desk/budget/steps", "/budget/papers", PUBLISHED),
    Place(VOTING, "clerk", "/kk/surat/desk/budget/steps?year=2025", "/2025/citizens"),
    Place(VOTING, "clerk", "/kk/surat/desk/budget/2026/2", "/2026/2/start"),
    Place(VOTING, "clerk", "/kk/surat/desk/budget/2026/3", "/2026/3#draft", {"do": "save"}),
    Place(VOTING, "clerk", "/kk/surat/desk/budget/2026/3", "/budget/2026/3", AS_IT_STANDS),
    Place(VOTING, "clerk", "/kk/surat/desk/budget/2026/3", "/2026/3/discard"),
    Place(VOTING, "clerk", "/kk/surat/desk/budget/2026/3/lines/1", "/lines/1", {"do": "save"}),
    Place(VOTING, "clerk", PAPERS, "/budget/import", {"year": "2027", "month": "0"}),
    Place(VOTING, "clerk", PAPERS + "/{upload}", "/{upload}#choices", {"do": "read"}),
    Place(VOTING, "clerk", PAPERS + "/{upload}", "/{upload}#keep", {"instead": "1"}),
    Place(VOTING, "clerk", PAPERS + "/{upload}", "/drop"),
    Place(VOTING, "visitor", "/kk/budgets/try", "/budgets/try", {"year": "2026"}),
    Place(VOTING, "author", "/kk/surat/contributions/new", "/contributions/new"),
    Place(VOTING, "author", "/kk/surat/contributions/{pledged}", "/take-back"),
    Place(VOTING, "author", "/kk/surat/contributions/{pledged}", "/name"),
    Place(VOTING, "clerk", "/kk/surat/desk/contributions/new", "/contributions/new"),
    Place(VOTING, "clerk", "/kk/surat/desk/contributions/{pledged}", "/confirm"),
    Place(VOTING, "clerk", "/kk/surat/desk/contributions/{given}", "/move"),
    Place(VOTING, "clerk", "/kk/surat/desk/contributions/{given}", "/name"),
    Place(VOTING, "clerk", "/kk/surat/desk/property/new", "/property/new", THING),
    Place(VOTING, "clerk", "/kk/surat/desk/property/{thing}", "/property/{thing}", THING),
    Place(VOTING, "clerk", "/kk/surat/desk/property/{thing}", "/services"),
    Place(VOTING, "clerk", "/kk/surat/desk/property/{thing}", "/income"),
    Place(VOTING, "clerk", "/kk/surat/desk/property/{thing}", "/gone"),
    Place(VOTING, "clerk", CLASSIFIED, "/classification", {"until": "2027"}),
    Place(VOTING, "clerk", CLASSIFIED + "/{article}", "/{article}", {"until": "2027"}),
)
MONEY = {
    *("amount", "price", "envelope", "needed", "available", "contract", "estimate", "price_cap"),
    *("worth", "rent", "income", "upkeep"),
}
GUESSES = {
    "cofinanced": "0",
    "year": "2025",
    "iin": f"89010130001{check_digit('89010130001')}",
    "old": "asar-demo-2026",
    "born": "1989-01-01",
    "name": "Сынақов Сынақ Сынақұлы",
    "number": "17",
    "act_number": "17",
    "eligible": "20",
    "present": "12",
    "names": "Ахметов Серік\nОмарова Гүлнар",
    "count": "3",
    "code": "AAAA-AAAA",
    "card": "123456",
    "login": "dana",
    "password": "asar-demo-2026",
    "source": "Тізім",
    "source_date": "2025-01-05",
    "legal_basis": "№ 148 Заң, 39-1-бап",
    "basis": "Куәлік 12345",
}
# The sums of a draft of a budget.
SUMS = re.compile(r"(new_)?(amount|planned)([-_]|$)|stated-|price-")
LEFT_OPEN = {"take_back", "mend", "spoiled", "drop", "large", "handover"}


@dataclass(slots=True)
class Filled:
    """A form as somebody is about to send it."""

    url: str
    data: dict[str, list[str]]
    kinds: dict[str, str]  # field → hidden, text, textarea, select, radio, checkbox, date, file
    files: list[tuple[str, tuple[str, bytes, str]]]

    def copy(self) -> "Filled":
        return Filled(
            self.url, {k: list(v) for k, v in self.data.items()}, self.kinds, list(self.files)
        )


def find(siege: Siege, place: Place, things: Things, known: dict[str, str]) -> tuple[Filled, str]:
    """The form as it stands on its page, well filled in; and the page's address."""
    names = {name: str(getattr(things, name)) for name in things.__slots__ if name != "extra"}
    names |= things.extra | known

    def named(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], text)

    page = named(place.page)
    answer = siege.ask(place.who, "GET", page)
    assert answer.status_code == 200, f"{place}: {answer.status_code}"
    tree = read(answer.text)
    if place.after:
        first = form_of(tree, page, named(place.after))
        sent = fill_in(first, page, place, named)
        answer = send(siege, place.who, sent)
        assert answer.status_code == 200, f"{place}: {answer.status_code}"
        tree = read(answer.text)
    return fill_in(form_of(tree, page, named(place.action)), page, place, named), page


def form_of(tree: Element, page: str, action: str) -> Element:
    """The form that goes to this address and has this id."""
    action, _, wanted = action.partition("#")
    found = [
        one
        for one in tree.all("form")
        if urlsplit(one.attrs["action"]).path.endswith(action)
        and one.attrs["method"] == "post"
        and (not wanted or one.attrs.get("id") == wanted)
        and not any(e.attrs.get("name") == "handover" for e in one.walk() if wanted)
    ]
    assert found, f"no form to {action} on {page}"
    return found[-1] if action == "/sign-out" else found[0]


def fill_in(form: Element, page: str, place: Place, named: Any = str) -> Filled:
    """What a person would write there."""
    data: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    files: list[tuple[str, tuple[str, bytes, str]]] = []
    for one in form.walk():
        name = one.attrs.get("name", "")
        if not name or "disabled" in one.attrs:
            continue
        kind = one.attrs.get("type", "text") if one.tag == "input" else one.tag
        if one.tag == "button":
            if name not in data:
                data[name], kinds[name] = [one.attrs.get("value", "")], "button"
            continue
        kinds.setdefault(name, kind)
        if kind in ("checkbox", "radio"):
            if name not in data and name not in LEFT_OPEN:
                data[name] = [one.attrs.get("value", "on")]
        elif kind == "file":
            files.append((name, FILES.get(name, ("a.jpg", JPEG, "image/jpeg"))))
        elif kind == "select":
            values = [option.attrs.get("value", option.text) for option in one.all("option")]
            chosen = [o.attrs.get("value", "") for o in one.all("option") if "selected" in o.attrs]
            data[name] = [next((v for v in [*chosen, *values] if v), "")]
        else:
            text = one.attrs.get("value", "") if one.tag == "input" else one.text
            data[name] = [text or guess(name, kind, place)]
    for name, value in place.fields.items():
        data[name] = [named(str(value))]
    return Filled(urljoin(page, form.attrs["action"]), data, kinds, files)


def guess(name: str, kind: str, place: Place) -> str:
    if kind == "hidden":
        return ""
    if name in GUESSES:
        return GUESSES[name]
    if kind == "date":
        return place.day.isoformat()
    if name in MONEY or SUMS.match(name):
        return "1000000"
    return f"{RU}, чтобы было светло" if name.endswith("_ru") else f"{KK} жарық болсын"


def send(siege: Siege, who: str, form: Filled) -> Any:
    """Presses the button."""
    return siege.ask(who, "POST", form.url, data=form.data, files=form.files or None)


def _jpeg() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(kept, "JPEG")
    return kept.getvalue()


JPEG = _jpeg()
LIST = ("name;iin;settlement\n" + f"{GUESSES['name']};{GUESSES['iin']};Сұрат\n").encode()
FILES = {
    "list": ("list.csv", LIST, "text/csv"),
    "file": ("village.pb", VILLAGE.encode(), "text/plain"),
    "paper": ("budget.csv", PAPER.encode(), "text/csv"),
}


def known_things(siege: Siege) -> dict[str, str]:
    """What only some days have: a card, a sheet read differently, an answer that is ready."""
    ask = siege.watch.execute
    card = next(one["sign_in"] for one in siege.cards if "card" in one["sign_in"])
    known = {"card": card["card"].replace(" ", ""), "code": card["code"]}
    found = ask(
        "SELECT p.number, r.ready FROM proposal p LEFT JOIN review r ON r.proposal_id = p.id"
        " JOIN district d ON d.id = p.district_id"
        " WHERE d.slug = ? AND p.status = 'submitted' ORDER BY p.number",
        (HOME,),
    ).fetchall()
    known |= dict([("open", number) for number, ready in found if not ready][-1:])
    known |= dict([("ready", number) for number, ready in found if ready][-1:])
    sheets = ask(
        "SELECT p.number, count(e.reading) FROM paper_ballot p"
        " LEFT JOIN paper_entry e ON e.number = p.number AND e.round_id = p.round_id"
        " JOIN district d ON d.id = p.district_id JOIN round r ON r.id = p.round_id"
        " WHERE d.slug = ? AND r.counted_at IS NULL AND NOT p.returned"
        " GROUP BY p.number ORDER BY p.number",
        (HOME,),
    ).fetchall()
    known |= dict([("blank", number) for number, readings in sheets if readings == 0][-1:])
    drafted = ask(
        "SELECT p.number FROM word w JOIN proposal p ON p.id = w.proposal_id"
        " JOIN district d ON d.id = p.district_id"
        " WHERE d.slug = ? AND w.body = 'akim' AND w.said = 'agreed' ORDER BY p.number",
        (HOME,),
    ).fetchall()
    known |= dict([("drafted", number) for (number,) in drafted][-1:])
    return known | siege.more


def places_of(day: date) -> Iterator[Place]:
    return (one for one in PLACES if one.day == day)
