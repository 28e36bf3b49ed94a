"""What changes about a round: announced, edited until it is frozen, the draw's value recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.places.models import District
from app.places.queries import settlements
from app.rounds.calendar import Act, Calendar, Start, calendar, why_not_now
from app.rounds.envelope_basis import in_rules, resting_of
from app.rounds.models import (
    BallotMethod,
    Completion,
    CountingRule,
    EnvelopeKind,
    Round,
    Stage,
    StageStart,
    Ties,
    Utility,
)
from app.rounds.queries import calendar_of, lock_round, round_by_key
from app.rounds.rules import (
    ROLL_SHOWN_FOR,
    ProjectLine,
    Settings,
    draw_value,
    last_day,
    needs_second,
    rules_of,
    rules_sha256,
    settings_of,
    usual_roll_days,
    why_not_draw_value,
    why_not_key,
    why_not_move,
    why_not_move_roll,
    why_not_settings,
)


def announce(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    key: str,
    budget_year: int,
    envelope: int,
    starts: Mapping[Stage, datetime],
    by_name: str,
    now: datetime,
    envelope_basis_kk: str = "",
    envelope_basis_ru: str = "",
    envelope_kind: str = EnvelopeKind.INDICATIVE,
    most_choices: int = 5,
    nudge_choices: int = 3,
    price_cap: int | None = None,
    threshold: int = 1,
    show_turnout: bool = False,
    of_age_on: date | None = None,
    roll_shown_on: date | None = None,
    roll_closes_on: date | None = None,
    draw_day: date | None = None,
    method: str = BallotMethod.APPROVAL,
    counting_rule: str = CountingRule.MOST_VOTES,
    utility: str = Utility.COST,
    completion: str = Completion.ADD1U,
    ties: str = Ties.DRAW,
    guarantee_percent: int = 0,
    compare_rules: bool = False,
) -> Round:
    """Announces a round: its settings, its calendar, its key. Sums are in tenge.

    Left out, `of_age_on` is the last day of voting, `roll_closes_on` the day before voting opens,
    `roll_shown_on` fifteen days earlier, `draw_day` the last day of voting.
    Raises Refusal rounds.*.
    """
    of = calendar([Start(stage, moment) for stage, moment in starts.items()])
    closes_on = roll_closes_on or usual_roll_days(day_of(of.begins(Stage.VOTING)))[1]
    settings = Settings(
        budget_year=budget_year,
        envelope=envelope,
        envelope_basis_kk=envelope_basis_kk,
        envelope_basis_ru=envelope_basis_ru,
        of_age_on=of_age_on or last_day(of, Stage.VOTING),
        roll_shown_on=roll_shown_on or closes_on - ROLL_SHOWN_FOR,
        roll_closes_on=closes_on,
        draw_day=draw_day or last_day(of, Stage.VOTING),
        envelope_kind=envelope_kind,
        most_choices=most_choices,
        nudge_choices=nudge_choices,
        price_cap=price_cap,
        threshold=threshold,
        show_turnout=show_turnout,
        method=method,
        counting_rule=counting_rule,
        utility=utility,
        completion=completion,
        ties=ties,
        guarantee_percent=guarantee_percent,
        compare_rules=compare_rules,
    )
    insist(why_not_key(key, of))
    insist(why_not_settings(settings, of))
    if of.begins(Stage.PROPOSALS) <= now:
        raise Refusal("rounds.too_soon", field=Stage.PROPOSALS)
    if round_by_key(session, district_id=district_id, key=key) is not None:
        raise Refusal("rounds.key_taken", field="key", key=key)
    one = Round(id=new_id(), district_id=district_id, key=key, **asdict(settings))
    one.key_fingerprint = keyring.make_round_key(one.id)
    session.add(one)
    try:
        session.flush()
    except IntegrityError as taken:  # two desks at the same moment: the database knows first
        raise Refusal("rounds.key_taken", field="key", key=key) from taken
    _write_starts(session, one, of)
    record(
        session,
        district_id=district_id,
        round_id=one.id,
        subject=one.id,
        kind="rounds.announced",
        at=now,
        office="clerk",
        by_name=by_name,
        round=key,
        rules_sha256=rules_sha256(_rules(session, one, of, ())),
    )
    return one


def why_not_edit(one: Round, of: Calendar, now: datetime) -> Refusal | None:
    """Why a round cannot be edited: its rules were frozen when voting opened, for good."""
    if of.cancelled_at is not None:
        return Refusal("rounds.cancelled", at=of.cancelled_at)
    if one.frozen_at is not None:
        return Refusal("rounds.frozen", at=one.frozen_at)
    if of.begins(Stage.VOTING) <= now:
        return Refusal("rounds.frozen", at=of.begins(Stage.VOTING))
    return why_not_now(Act.EDIT_RULES, of, now)


def edit(
    session: Session,
    *,
    district_id: str,
    round_id: str,
    settings: Settings,
    starts: Mapping[Stage, datetime],
    by_name: str,
    now: datetime,
    agreed: bool = False,
    why: str | None = None,
) -> Round:
    """Changes a round's settings and calendar until voting opens; old and new are in the record.

    From the opening of proposals on only what a second official has `agreed` to; `why` is what
    they were told. Raises Refusal rounds.frozen, rounds.stage_begun, rounds.needs_second and
    those of `announce`.
    """
    one = own_round(session, district_id=district_id, round_id=round_id)
    before = calendar_of(session, round_id=one.id)
    after, changed = what_changes(one, before, settings, starts, now)
    if not changed:
        return one
    if needs_second(before, now) and not agreed:
        raise Refusal("rounds.needs_second")
    was = _rules(session, one, before, ())
    for field in fields(Settings):
        setattr(one, field.name, getattr(settings, field.name))
    session.add(one)
    _write_starts(session, one, after)
    becomes = _rules(session, one, after, ())
    record(
        session,
        district_id=one.district_id,
        round_id=one.id,
        subject=one.id,
        kind="rounds.edited",
        at=now,
        office="clerk",
        by_name=by_name,
        before=was,
        after=becomes,
        changed=changed,
        why=why,
        rules_sha256=rules_sha256(becomes),
    )
    return one


def what_changes(
    one: Round,
    before: Calendar,
    settings: Settings,
    starts: Mapping[Stage, datetime],
    now: datetime,
) -> tuple[Calendar, list[dict[str, Any]]]:
    """The calendar that becomes of it, and what differs: name, old, new. Raises as `edit`."""
    insist(why_not_edit(one, before, now))
    after = calendar([Start(stage, moment) for stage, moment in starts.items()])
    insist(why_not_move(before, after, now))
    insist(why_not_key(one.key, after))
    insist(why_not_settings(settings, after))
    was = settings_of(one)
    insist(why_not_move_roll(was, settings, before=before, after=after, now=now))
    return after, _changes(was, settings, before, after)


def freeze(
    session: Session,
    *,
    keyring: Keyring,
    round_id: str,
    projects: Sequence[ProjectLine],
    eligible: int,
    now: datetime,
) -> Round:
    """Freezes the rules with the list of projects and their prices when voting opens. Once.

    Raises Refusal rounds.not_yet before that, voting.no_key without the round's own key.
    """
    one = lock_round(session, round_id=round_id, alone=True)
    if one.frozen_at is not None:
        return one
    if one.cancelled_at is not None:
        raise Refusal("rounds.cancelled", at=one.cancelled_at)
    of = calendar_of(session, round_id=one.id)
    opens = of.begins(Stage.VOTING)
    if now < opens:
        raise Refusal("rounds.not_yet", opens=opens)
    if keyring.round_fingerprint(one.id) != one.key_fingerprint:
        raise Refusal("voting.no_key")
    one.rules = _rules(session, one, of, projects)
    one.rules_sha256 = rules_sha256(one.rules)
    one.frozen_at = now
    one.eligible = eligible
    session.add(one)
    record(
        session,
        district_id=one.district_id,
        round_id=one.id,
        subject=one.id,
        kind="rounds.frozen",
        at=now,
        office="clock",
        rules_sha256=one.rules_sha256,
        projects=len(projects),
        eligible=eligible,
    )
    return one


def set_draw_value(
    session: Session, *, district_id: str, round_id: str, value: str, by_name: str, now: datetime
) -> Round:
    """Records the official rate of the draw's day, once, as a public act.

    It wants no second official: anybody can look the rate up, whoever records it knows no count
    that it could be aimed at, and without it the count goes on by itself.

    Raises Refusal rounds.not_yet, rounds.closed, rounds.draw_known, _early, _format.
    """
    one = own_round(session, district_id=district_id, round_id=round_id)
    insist(why_not_now(Act.SET_DRAW, calendar_of(session, round_id=one.id), now))
    insist(why_not_draw_value(one, value, now))
    one.draw_value = draw_value(value)
    session.add(one)
    record(
        session,
        district_id=one.district_id,
        round_id=one.id,
        subject=one.id,
        kind="rounds.draw_set",
        at=now,
        office="clerk",
        by_name=by_name,
        day=one.draw_day,
        value=one.draw_value,
    )
    return one


def own_round(session: Session, *, district_id: str, round_id: str) -> Round:
    """The district's round, locked alone; LookupError for another district's."""
    one = lock_round(session, round_id=round_id, alone=True)
    if one.district_id != district_id:
        raise LookupError(round_id)
    return one


def _rules(
    session: Session, one: Round, of: Calendar, projects: Sequence[ProjectLine]
) -> dict[str, Any]:
    district = session.get_one(District, one.district_id)
    basis = in_rules(resting_of(session, district_id=one.district_id, round_id=one.id))
    places = settlements(session, district_id=one.district_id) if one.guarantee_percent else ()
    return rules_of(
        one,
        of,
        projects,
        kato=district.kato,
        basis=basis,
        settlements=[place.id for place in places],
    )


def _write_starts(session: Session, one: Round, of: Calendar) -> None:
    known = {
        row.stage: row
        for row in session.exec(select(StageStart).where(StageStart.round_id == one.id))
    }
    # Two rows may not share a moment: starts that move are taken out before they come back.
    for row in known.values():
        session.delete(row)
    session.flush()
    session.add_all(
        StageStart(
            district_id=one.district_id, round_id=one.id, stage=start.stage, starts_at=start.at
        )
        for start in of.starts
    )
    session.flush()


def _changes(
    old: Settings, new: Settings, before: Calendar, after: Calendar
) -> list[dict[str, Any]]:
    """What differs, as the record keeps it: name, old, new."""
    changed = [
        {"name": field.name, "old": _plain(was), "new": _plain(becomes)}
        for field in fields(Settings)
        if (was := getattr(old, field.name)) != (becomes := getattr(new, field.name))
    ]
    changed += [
        {
            "name": f"starts.{start.stage}",
            "old": before.begins(start.stage).isoformat(),
            "new": start.at.isoformat(),
        }
        for start in after.starts
        if before.begins(start.stage) != start.at
    ]
    return changed


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
