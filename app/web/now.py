"""What is going on now, and the one thing to do about it, for whoever is here."""

from dataclasses import dataclass

from app.core.clock import day_of
from app.core.refusal import Refusal
from app.decisions.ties import waiting_tie
from app.people.models import Role
from app.rounds.calendar import ORDER, Calendar
from app.rounds.models import Round, Stage
from app.voting.queries import my_choices, turnout_so_far
from app.web.called_off import Notice, called_off, put_off
from app.web.frame import SHOWN, Link, time_left
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

TITLES = {
    Stage.ANNOUNCED: N_("The round is announced"),
    Stage.PROPOSALS: N_("Ideas are being taken in"),
    Stage.REVIEW: N_("Proposals are being reviewed"),
    Stage.VOTING: N_("Voting is under way"),
    Stage.COUNTING: N_("The votes are being counted"),
    Stage.RESULTS: N_("The results are out"),
    Stage.ASSEMBLY: N_("The assembly discusses the results"),
    Stage.DECISION: N_("The akim decides on each project"),
    Stage.BUDGET: N_("The budget is on its way to the maslikhat"),
    Stage.WORKS: N_("The projects are being built"),
    Stage.EVALUATED: N_("The works are being judged"),
}
LINES = {
    Stage.ANNOUNCED: N_("Residents will decide what %(sum)s of the budget of %(year)s goes to."),
    Stage.PROPOSALS: N_(
        "Say what the village needs: %(sum)s of the budget of %(year)s will be voted on."
    ),
    Stage.REVIEW: N_(
        "The akim's office checks competence and price and answers each proposal with reasons."
    ),
    Stage.VOTING: N_("Choose which projects are built with %(sum)s of the budget of %(year)s."),
    Stage.COUNTING: N_(
        "The vote is closed. Paper ballots are reconciled, then everything is counted once."
    ),
    Stage.RESULTS: N_(
        "See what %(sum)s of the budget of %(year)s go to, and why each project won or not."
    ),
    Stage.ASSEMBLY: N_(
        "The assembly of the local community agrees to the projects or says why not."
    ),
    Stage.DECISION: N_("The akim publishes a decision on every project, with reasons."),
    Stage.BUDGET: N_("The maslikhat decides finally when it approves the budget of %(year)s."),
    Stage.WORKS: N_("See what is being built, what is paid and what is late."),
    Stage.EVALUATED: N_("Say what you see: built, partly built or not built."),
}
COUNTS_DOWN = (Stage.PROPOSALS, Stage.REVIEW, Stage.VOTING)


@dataclass(frozen=True, slots=True)
class NowCard:
    """The card under the sun's path."""

    title: str
    line: str
    small: str
    left: str
    step: str
    main: Link | None
    other: Link | None
    turnout: str = ""  # where the rules show it while the vote runs


def stage_now(visit: Visit, current: Round, of: Calendar) -> Stage | None:
    """The stage as people see it: results are out only when they are stored."""
    stage = of.stage(visit.now)
    if stage is None or current.counted_at is not None:
        return stage
    return stage if ORDER.index(stage) <= ORDER.index(Stage.COUNTING) else Stage.COUNTING


def now_card(visit: Visit, found: tuple[Round, Calendar] | None) -> NowCard:
    """What the card says at this moment to this person."""
    say = translations(visit.lang).gettext
    if found is None:
        return _no_round(visit)
    current, of = found
    if off := called_off(visit, current):
        return _called_off(visit, current, off)
    stage = stage_now(visit, current, of)
    if stage is None:
        return _no_round(visit)
    if stage is Stage.VOTING and _has_voted(visit, current):
        return _voted(visit, current, of)
    main, other = _links(visit, current, stage)
    line = say(LINES[stage]) % {
        "sum": formats.tenge(current.confirmed_envelope or current.envelope),
        "year": current.budget_year,
    }
    end = of.ends(of.stage(visit.now) or stage)
    left = ""
    if end and stage in COUNTS_DOWN:
        left = time_left(visit, (day_of(end) - day_of(visit.now)).days)
    return NowCard(
        title=say(TITLES[stage]),
        line=line,
        small=_waits(visit, current, stage) or _next(visit, of, stage),
        left=left,
        step=_step(visit, stage),
        main=main,
        other=other,
        turnout=_turnout(visit, current, stage),
    )


def _waits(visit: Visit, current: Round, stage: Stage) -> str:
    """Why the result is not there yet: it was put off, or the count waits for the commission."""
    if held := put_off(visit, current):
        return held.lines[0]
    if stage is Stage.COUNTING and waiting_tie(visit.session, current):
        return translations(visit.lang).gettext(N_("The count waits for the commission"))
    return ""


def _called_off(visit: Visit, current: Round, off: Notice) -> NowCard:
    say = translations(visit.lang).gettext
    why = Link(f"{visit.here}/rounds/{current.key}/", say(N_("Why, and by whom")))
    new = Link(f"{visit.here}/desk/round/new", say(N_("Announce a round")))
    clerk = _in_office(visit, Role.CLERK)
    return NowCard(
        title=off.title,
        line=off.lines[0],
        small="",
        left="",
        step="",
        main=new if clerk else why,
        other=why if clerk else None,
    )


def _has_voted(visit: Visit, current: Round) -> bool:
    """Whether this very resident has a counted ballot online. Nobody else can ask."""
    who = visit.who
    if who is None or who.person_id is None or who.district_id != current.district_id:
        return False
    try:
        found = my_choices(
            visit.session, keyring=visit.keyring, of=current, person_id=who.person_id
        )
    except Refusal:
        return False
    return found is not None


def _voted(visit: Visit, current: Round, of: Calendar) -> NowCard:
    say = translations(visit.lang).gettext
    base = f"{visit.here}/rounds/{current.key}"
    return NowCard(
        title=say(N_("Your vote is counted")),
        line=say(N_("You can change your vote until the vote closes. The last one counts.")),
        small=_next(visit, of, Stage.VOTING),
        left=time_left(visit, (day_of(of.begins(Stage.COUNTING)) - day_of(visit.now)).days),
        step=_step(visit, Stage.VOTING),
        main=Link(f"{base}/ballot", say(N_("Change my vote"))),
        other=Link(f"{base}/proposals", say(N_("See the proposals"))),
        turnout=_turnout(visit, current, Stage.VOTING),
    )


def _turnout(visit: Visit, current: Round, stage: Stage) -> str:
    voted = turnout_so_far(visit.session, of=current) if stage is Stage.VOTING else None
    if voted is None:
        return ""
    words = translations(visit.lang).gettext(N_("Voted so far in the whole district: %(n)s"))
    return words % {"n": formats.number(voted)}


def _no_round(visit: Visit) -> NowCard:
    say = translations(visit.lang).gettext
    main = None
    if _in_office(visit, Role.CLERK):
        main = Link(f"{visit.here}/desk/round/new", say(N_("Announce a round")))
    return NowCard(
        title=say(N_("No round has been announced yet")),
        line=say(
            N_("When the akim's office announces one, its calendar and its rules stand here.")
        ),
        small="",
        left="",
        step="",
        main=main,
        other=Link(f"{visit.root}/about", say(N_("How it works"))),
    )


def _next(visit: Visit, of: Calendar, stage: Stage) -> str:
    say = translations(visit.lang).gettext
    holds = of.stage(visit.now) or stage
    end = of.ends(holds)
    if end is None:
        return ""
    following = ORDER[ORDER.index(holds) + 1]
    name = phrases.label(f"stage.{following}", visit.lang)
    if stage is not holds:
        return ""
    if stage in (Stage.VOTING, Stage.PROPOSALS):
        after = ORDER[ORDER.index(following) + 1] if following is Stage.COUNTING else following
        return say(N_("Last moment: %(moment)s. Next stage: %(stage)s, %(date)s.")) % {
            "moment": formats.moment(end, visit.lang),
            "stage": phrases.label(f"stage.{after}", visit.lang),
            "date": formats.day_short(day_of(of.begins(after)), visit.lang),
        }
    if stage is Stage.COUNTING:
        return say(N_("Results: %(moment)s.")) % {"moment": formats.moment(end, visit.lang)}
    return say(N_("Next stage: %(stage)s, %(date)s.")) % {
        "stage": name,
        "date": formats.day(day_of(end), visit.lang),
    }


def _step(visit: Visit, stage: Stage) -> str:
    shown = Stage.RESULTS if stage is Stage.COUNTING else stage
    if shown not in SHOWN:
        return ""
    words = translations(visit.lang).gettext(N_("stage %(n)s of %(all)s"))
    return words % {"n": SHOWN.index(shown) + 1, "all": len(SHOWN)}


def _in_office(visit: Visit, *roles: Role) -> bool:
    who = visit.who
    return bool(who and who.role in roles and who.district_id == visit.district.id)


def _links(visit: Visit, current: Round, stage: Stage) -> tuple[Link | None, Link | None]:
    """The one button, and a quiet link beside it."""
    say = translations(visit.lang).gettext
    base = f"{visit.here}/rounds/{current.key}"
    rules = Link(f"{base}/rules", say(N_("Rules of the round")))
    results = Link(f"{base}/results", say(N_("See the results")))
    listed = Link(f"{base}/proposals", say(N_("See the proposals")))
    desk = Link(f"{visit.here}/desk", say(N_("To the desk")))
    who = visit.who
    stranger = bool(who and not (who.is_resident and who.district_id == visit.district.id))
    if _in_office(visit, Role.CLERK, Role.AKIM) and stage in (
        Stage.PROPOSALS,
        Stage.REVIEW,
        Stage.VOTING,
    ):
        return desk, listed
    if stage is Stage.ANNOUNCED:
        return rules, Link(f"{visit.root}/about", say(N_("How it works")))
    if stage is Stage.PROPOSALS:
        if stranger:
            return listed, rules
        return Link(f"{base}/proposals/new", say(N_("Propose"))), listed
    if stage is Stage.REVIEW:
        shown = current.roll_shown_on
        if shown and shown <= day_of(visit.now) <= current.roll_closes_on:
            return listed, Link(f"{visit.here}/roll", say(N_("Am I on the list?")))
        return listed, rules
    if stage is Stage.VOTING:
        if stranger:
            return listed, rules
        paper = Link(f"{visit.root}/about/help#paper", say(N_("And on paper?")))
        return Link(f"{base}/ballot", say(N_("Vote"))), paper
    if stage is Stage.COUNTING:
        return rules, listed
    works = Link(f"{visit.here}/works", say(N_("See the works")))
    if stage in (Stage.WORKS, Stage.EVALUATED):
        return works, results
    return results, rules
