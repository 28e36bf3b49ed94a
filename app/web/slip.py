"""Papers about the list, Kazakh and Russian side by side: a slip, a claim's receipt, its answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Response

from app.core.clock import day_of
from app.people.roll_models import RollClaim
from app.people.roll_queries import RollLine
from app.rounds.models import Round
from app.web.frame import Link
from app.web.render import page
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

OFFICIAL = ("kk", "ru")


@dataclass(frozen=True, slots=True)
class SlipSide:
    """A paper in one language."""

    lang: str
    title: str
    says: str
    rows: tuple[tuple[str, str], ...]
    further: str
    office: str
    address: str
    signature: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper."""

    title: str
    back: Link
    number: str
    name: str
    sides: tuple[SlipSide, ...]
    words: tuple[str, ...] = ()  # as somebody wrote them
    words_lang: str = "kk"
    signed_by: str = ""


def closing_moment(moment: datetime, lang: str) -> str:
    """The end of a day as people say it: 24:00, not the first minute of the next one."""
    if formats.hour(moment) != "00:00":
        return formats.moment(moment, lang)
    return f"{formats.day(day_of(moment - timedelta(seconds=1)), lang)}, 24:00"


def list_slip(
    visit: Visit, line: RollLine, of: Round | None, *, may_vote: bool, closes: datetime | None
) -> Response:
    """What somebody on the roll takes home."""

    def side(lang: str) -> SlipSide:
        say = translations(lang).gettext
        rows = [
            (say(N_("Settlement")), line.settlement_kk if lang == "kk" else line.settlement_ru),
            (say(N_("Turns or turned 18")), formats.day(line.of_age_on, lang)),
        ]
        if of is not None and closes is not None:
            rows += [
                (say(N_("Round")), of.key),
                (say(N_("The list closes")), closing_moment(closes, lang)),
            ]
        rows.append((say(N_("This slip was printed")), formats.moment(visit.now, lang)))
        yes, no = say(N_("This person can vote.")), say(N_("This person cannot vote yet."))
        further = say(
            N_(
                "If this is a mistake, tell the akim's office: it answers in writing "
                "within five working days."
            )
        )
        return _side(
            visit, lang, say(N_("The list of voters")), yes if may_vote else no, rows, further
        )

    say = translations(visit.lang).gettext
    back = Link(f"{visit.here}/desk/roll/ask", say(N_("Is somebody on the list?")))
    number = of.key if of else ""
    return _paper(visit, Slip(line.name, back, number, line.name, _both(side)))


def claim_paper(visit: Visit, claim: RollClaim) -> Response:
    """The receipt of a claim, and once it is answered the answer."""

    def side(lang: str) -> SlipSide:
        say = translations(lang).gettext
        rows = [
            (say(N_("No.")), str(claim.number)),
            (say(N_("Taken in")), formats.moment(claim.filed_at, lang)),
            (say(N_("About")), phrases.label(f"claim.{claim.kind}", lang)),
            (say(N_("Answer due")), formats.day(claim.due, lang)),
        ]
        if claim.answered_at is None:
            return _side(visit, lang, say(N_("Receipt for a claim about the list")), "", rows, "")
        rows.append((say(N_("Answered")), formats.moment(claim.answered_at, lang)))
        return _side(
            visit,
            lang,
            say(N_("Answer to a claim about the list")),
            phrases.label(f"verdict.{claim.verdict}", lang),
            rows,
            say(N_("Whoever disagrees complains to the office of the raion's akim or to a court.")),
        )

    title = translations(visit.lang).gettext(N_("Claim no. %(number)s")) % {"number": claim.number}
    return _paper(
        visit,
        Slip(
            title=title,
            back=Link(f"{visit.here}/desk/roll/claims/{claim.number}", f"№ {claim.number}"),
            number=f"№ {claim.number}",
            name=claim.name,
            sides=_both(side),
            words=(claim.text, claim.answer),
            words_lang=claim.lang,
            signed_by=claim.answered_by,
        ),
    )


def _both(side: Callable[[str], SlipSide]) -> tuple[SlipSide, ...]:
    return tuple(side(lang) for lang in OFFICIAL)


def _side(
    visit: Visit,
    lang: str,
    title: str,
    says: str,
    rows: Sequence[tuple[str, str]],
    further: str,
) -> SlipSide:
    home, kk = visit.district, lang == "kk"
    return SlipSide(
        lang=lang,
        title=title,
        says=says,
        rows=tuple(rows),
        further=further,
        office=home.name_kk if kk else home.name_ru,
        address=home.address_kk if kk else home.address_ru,
        signature=translations(lang).gettext(N_("For the akim's office")),
    )


def _paper(visit: Visit, slip: Slip) -> Response:
    return page(visit, "voting/slip.html", view=slip)
