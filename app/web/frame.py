"""What stands around every page: the band, the menu, the round's line, who is here, the foot."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from app.core.clock import day_of
from app.people.models import Role
from app.places.models import District, Place
from app.rounds.calendar import Calendar
from app.rounds.models import Round, Stage
from app.rounds.queries import calendars_of, rounds_of
from app.rounds.rules import publishes_at
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

NAMES = {"kk": ("Қаз", "Қазақша"), "ru": ("Рус", "Русский"), "en": ("Eng", "English")}
# The stages that the line shows; announcing and evaluating are its ends, counting is the result's.
SHOWN = (
    Stage.PROPOSALS,
    Stage.REVIEW,
    Stage.VOTING,
    Stage.RESULTS,
    Stage.ASSEMBLY,
    Stage.DECISION,
    Stage.BUDGET,
    Stage.WORKS,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link."""

    url: str
    label: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in a language."""

    code: str
    short: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class StageDot:
    """A stage on the round's line."""

    name: str
    when: str
    state: Literal["did", "now", "yet"]


@dataclass(frozen=True, slots=True)
class Strip:
    """The round's line: the sun's path."""

    dots: tuple[StageDot, ...]
    now_name: str
    left: str
    url: str


@dataclass(frozen=True, slots=True)
class WhoHere:
    """Who is signed in, and as what."""

    name: str
    role: str
    me: Link
    work: Link | None  # where an official's work begins
    sign_out_url: str
    code: str = "none"  # the role's code


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around the page itself."""

    lang: str
    path: str
    languages: tuple[LanguageLink, ...]
    home: Link
    place: str
    under: str
    nav: tuple[Link, ...]
    more: tuple[Link, ...]
    strip: Strip | None
    who: WhoHere | None
    sign_in_url: str
    demo: str
    office: str
    idle_url: str
    idle_seconds: int


def current_round(visit: Visit, district: District) -> tuple[Round, Calendar] | None:
    """The district's round that is under way, or its newest."""
    calendars = calendars_of(visit.session, district_id=district.id)
    begun = [
        (one, calendars[one.id])
        for one in rounds_of(visit.session, district_id=district.id)
        if one.id in calendars and not one.imported_from
    ]
    for found in begun:
        if found[1].stage(visit.now) not in (None, Stage.WORKS, Stage.EVALUATED):
            return found
    return begun[0] if begun else None


def build_frame(visit: Visit) -> Frame:
    """The frame of this visit."""
    say = translations(visit.lang).gettext
    request = visit.request
    path = request.url.path
    rest = path.split("/", 2)[2] if path.count("/") > 1 else ""
    query = f"?{request.url.query}" if request.url.query else ""
    if request.method != "GET":
        query = ""
    languages = tuple(
        LanguageLink(code, *NAMES[code], f"/{code}/{rest}{query}", code == visit.lang)
        for code in NAMES
    )
    district = visit.home
    home = Link(visit.root + "/", "Asar" if visit.lang == "en" else "Асар")
    place = under = office = ""
    strip = None
    nav: list[Link] = []
    if district is None:
        nav = [
            Link(f"{visit.root}/", say(N_("Districts"))),
            Link(f"{visit.root}/budgets/", say(N_("Budgets side by side"))),
            Link(f"{visit.root}/about", say(N_("About Asar"))),
        ]
    else:
        home = Link(f"{visit.here}/", home.label)
        place = visit.in_lang(district, "name")
        raion, oblast = visit.in_lang(district, "raion"), visit.in_lang(district, "oblast")
        under = f"{raion}, {oblast}"
        office = "" if district.budget_only else say(N_("Office of the akim"))
        found = current_round(visit, district)
        nav = _district_nav(visit, found)
        if found and found[1].cancelled_at is None:
            strip = build_strip(visit, *found)
    more = [
        *nav,
        *_public_pages(visit),
        Link(f"{visit.root}/about", say(N_("About Asar"))),
        Link(f"{visit.root}/about/help", say(N_("Help"))),
        Link(f"{visit.root}/about/data", say(N_("Open data"))),
        Link(f"{visit.root}/about/accessibility", say(N_("Accessibility"))),
        Link(f"{visit.root}/about/privacy", say(N_("What is kept about you"))),
        Link(f"{visit.root}/", say(N_("All districts"))),
        Link(f"{visit.root}/budgets/", say(N_("Budgets side by side"))),
    ]
    seen: set[str] = set()
    more = [link for link in more if not (link.url in seen or seen.add(link.url))]  # type: ignore[func-returns-value]
    return Frame(
        lang=visit.lang,
        path=path,
        languages=languages,
        home=home,
        place=place,
        under=under,
        nav=tuple(_marked(nav, path)),
        more=tuple(more),
        strip=strip,
        who=_who(visit),
        sign_in_url=f"{visit.root}/sign-in",
        demo=_demo(visit),
        office=office,
        idle_url=f"{visit.root}/sign-in?ended=1" if visit.who and visit.who.shared else "",
        idle_seconds=visit.settings.shared_phone_idle_seconds,
    )


def _public_pages(visit: Visit) -> list[Link]:
    """What a district publishes beside its round."""
    if visit.home is None:
        return []
    say = translations(visit.lang).gettext
    record = Link(f"{visit.here}/record", say(N_("Record of acts")))
    if visit.home.budget_only:
        return [record]
    return [
        Link(f"{visit.here}/contributions", say(N_("Voluntary contributions"))),
        Link(f"{visit.here}/property", say(N_("Communal property"))),
        Link(f"{visit.here}/roll", say(N_("The list of voters"))),
        record,
    ]


def _marked(nav: list[Link], path: str) -> list[Link]:
    """The link of this page, or of the nearest page above it, is marked as current."""
    fitting = [link.url for link in nav if path == link.url or path.startswith(link.url + "/")]
    best = max(fitting, key=len, default="")
    return [Link(link.url, link.label, link.url == best) for link in nav]


def _district_nav(visit: Visit, found: tuple[Round, Calendar] | None) -> list[Link]:
    say = translations(visit.lang).gettext
    here = visit.here
    nav = [Link(f"{here}/", say(N_("Home")))]
    money = Link(f"{here}/budget", say(N_("Budget")))
    if found is None:
        return [*nav, money]
    current, of = found
    base = f"{here}/rounds/{current.key}"
    stage = of.stage(visit.now)
    if stage is Stage.PROPOSALS:
        nav.append(Link(f"{base}/proposals/new", say(N_("Propose"))))
    nav.append(Link(f"{base}/proposals", say(N_("Proposals"))))
    if stage is Stage.VOTING:
        nav.append(Link(f"{base}/ballot", say(N_("Vote"))))
    nav.append(Link(f"{here}/results", say(N_("Results"))))
    nav.append(Link(f"{here}/works", say(N_("Works"))))
    nav.append(money)
    nav.append(Link(f"{here}/questions", say(N_("Questions"))))
    return nav


def build_strip(visit: Visit, current: Round, of: Calendar) -> Strip:
    """The round's line as it stands now."""
    now = of.stage(visit.now)
    held = publishes_at(current, of)
    counting = now in (Stage.COUNTING, Stage.RESULTS) and visit.now < held
    if counting:
        now = Stage.COUNTING  # also while two officials put the result off
    order = list(Stage)
    # Counting belongs to the results' dot, announcing to the first, evaluating to the last.
    at_dot = {Stage.ANNOUNCED: Stage.PROPOSALS, Stage.COUNTING: Stage.RESULTS}.get(
        now or Stage.ANNOUNCED, now or Stage.PROPOSALS
    )
    dots = []
    for stage in SHOWN:
        first = day_of(of.begins(stage))
        end = of.ends(stage)
        last = day_of(end - timedelta(seconds=1)) if end else first
        state: Literal["did", "now", "yet"] = "yet"
        if stage is at_dot:
            state = "now"
        elif order.index(stage) < order.index(at_dot):
            state = "did"
        when = (
            formats.days(first, last, visit.lang)
            if stage in (Stage.PROPOSALS, Stage.REVIEW, Stage.VOTING)
            else (str(first.year) if stage is Stage.WORKS else formats.day_short(first, visit.lang))
        )
        dots.append(StageDot(phrases.label(f"stage.{stage}", visit.lang), when, state))
    end = held if counting else of.ends(now) if now else of.begins(Stage.ANNOUNCED)
    left = time_left(visit, (day_of(end) - day_of(visit.now)).days) if end else ""
    name = phrases.label(f"stage.{now or Stage.ANNOUNCED}", visit.lang)
    return Strip(tuple(dots), name, left, f"{visit.here}/rounds/{current.key}/")


def time_left(visit: Visit, days: int) -> str:
    """`9 күн қалды`; on the last day `бүгін аяқталады`."""
    catalogue = translations(visit.lang)
    if days <= 0:
        return catalogue.gettext(N_("ends today"))
    return catalogue.ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


def _who(visit: Visit) -> WhoHere | None:
    who = visit.who
    if who is None:
        return None
    code = str(who.role or ("resident" if who.is_resident else "none"))
    words = phrases.label(f"role.{code}", visit.lang)
    if who.by_order:
        words = f"{words} ({who.by_order})"
    if who.official_id and (where := _where(visit)):
        words = f"{words}, {where}"
    say = translations(visit.lang).gettext
    me = Link(f"{visit.root}/me", say(N_("My page")))
    home = home_of(visit)
    return WhoHere(
        name=who.name,
        role=words,
        me=me,
        work=Link(home, say(N_("My work"))) if home != me.url else None,
        sign_out_url=f"{visit.root}/sign-out",
        code=code,
    )


def _where(visit: Visit) -> str:
    """The place whose office somebody acts in, in short."""
    assert visit.who is not None
    if visit.who.district_id:
        district = visit.session.get(District, visit.who.district_id)
        return visit.in_lang(district, "short") if district is not None else ""
    raion = visit.session.get(Place, visit.who.raion_kato) if visit.who.raion_kato else None
    return visit.in_lang(raion, "name") if raion is not None else ""


def home_of(visit: Visit) -> str:
    """Where somebody's own work begins."""
    who = visit.who
    if who is None:
        return visit.root + "/"
    if who.role in (Role.CLERK, Role.AKIM) and who.district_id:
        district = visit.session.get(District, who.district_id)
        if district is not None:
            return f"{visit.root}/{district.slug}/desk"
    if who.role in (Role.MASLIKHAT, Role.MASLIKHAT_OFFICE):
        return f"{visit.root}/raions/{who.raion_kato}/desk"
    if who.role is Role.RAION_OFFICE:
        return f"{visit.root}/raions/{who.raion_kato}/office"
    return f"{visit.root}/me"


def _demo(visit: Visit) -> str:
    if visit.settings.mode != "demo":
        return ""
    return formats.moment(visit.now, visit.lang)
