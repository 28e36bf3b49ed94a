"""A round that was called off, and a result that was put off: said plainly wherever it matters."""

from dataclasses import dataclass

from app.people.consent import Act
from app.rounds.asking import agreed_by
from app.rounds.models import Round
from app.web.frame import Link
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class Notice:
    """What two officials did to a round: when, until when, who, and why."""

    title: str
    lines: tuple[str, ...]
    why: str
    lang: str  # of the reason
    more: Link | None = None


def called_off(visit: Visit, one: Round) -> Notice | None:
    """That the round was called off; None where it was not."""
    if one.cancelled_at is None:
        return None
    say = translations(visit.lang).gettext
    lines = [
        say(N_("Called off: %(moment)s."))
        % {"moment": formats.moment(one.cancelled_at, visit.lang)}
    ]
    lines += _by(visit, one, Act.CANCEL_ROUND)
    lines.append(say(N_("Nothing can be done in this round any more.")))
    if one.frozen_at is not None:
        lines.append(say(N_("Its ballots were not opened and never will be.")))
    return Notice(
        title=say(N_("The round was called off")),
        lines=tuple(lines),
        why=visit.in_lang(one, "cancelled_why"),
        lang=_lang(visit),
        more=Link(f"{visit.here}/rounds/{one.key}/", say(N_("The page of the round"))),
    )


def put_off(visit: Visit, one: Round) -> Notice | None:
    """That the result was put off; None where it was not, or once it is out."""
    if one.held_until is None or one.counted_at is not None or one.cancelled_at is not None:
        return None
    say = translations(visit.lang).gettext
    until = formats.moment(one.held_until, visit.lang)
    return Notice(
        title=say(N_("The result was put off")),
        lines=(
            say(N_("The result publishes itself: %(moment)s. It cannot be put off again."))
            % {"moment": until},
            *_by(visit, one, Act.HOLD_RESULT),
        ),
        why=visit.in_lang(one, "held_why"),
        lang=_lang(visit),
    )


def _by(visit: Visit, one: Round, act: Act) -> list[str]:
    found = agreed_by(visit.session, one=one, act=act)
    if found is None:
        return []
    say = translations(visit.lang).gettext
    return [
        say(N_("Asked for by: %(name)s"))
        % {"name": _name(visit, found.first_name, found.first_office)},
        say(N_("Agreed to by: %(name)s"))
        % {"name": _name(visit, found.second_name, found.second_office)},
    ]


def _name(visit: Visit, name: str, office: str) -> str:
    return f"{name}, {phrases.label(f'role.{office}', visit.lang)}"


def _lang(visit: Visit) -> str:
    return "kk" if visit.lang == "kk" else "ru"
