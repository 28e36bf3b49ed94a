"""A list that was read and waits for a clerk to look at every change it makes.

Its rows lie sealed for a day, and no number among them: what is kept is the number's keyed hash.
On confirming, the list is read against the roll once more. Where that has changed meanwhile, the
clerk is shown the changes anew.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.core.clock import day_of
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.refusal import Refusal, insist
from app.ledger.actions import record
from app.people.models import RollImport
from app.people.roll import begin_change, why_not_locked
from app.people.roll_check import CheckedRoll, ListRow, check_rows, hash_lines
from app.people.roll_lists import Origin, RollRefused, bring_in, why_not_origin
from app.people.roll_models import RollDraft
from app.people.roll_sheet import read_list

LASTS = timedelta(hours=24)
SEALED = "roll-draft"


class Kind(StrEnum):
    """What a row of a list does, in the order in which it is looked at."""

    PROBLEM = "problem"
    GONE = "gone"
    CHANGED = "changed"
    NEW = "new"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One change a list makes, or a row that makes none."""

    kind: Kind
    row: int  # of the file; 0 for somebody whom it does not name
    name: str = ""  # empty beside a problem: what is wrong is said by the row's number alone
    before: dict[str, str] | None = None  # `line_of`, or what of it differs
    after: dict[str, str] | None = None
    why: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a list would do. Of conflicts there is only a count, never who or where."""

    rows: int
    standing: int  # on the roll now
    conflicts: int
    others: tuple[str, ...]  # captions of columns that were not read
    counts: dict[Kind, int]
    plan: tuple[PlanRow, ...]


def read_draft(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    official_id: str,
    data: bytes,
    file_name: str = "",
    source: str,
    source_date: date,
    legal_basis: str,
    whole: bool,
    now: datetime,
) -> RollDraft:
    """Reads a file against the roll, unsaved: `add_draft` keeps it. Raises Refusal for no list.

    Writes nothing, so it asks nothing about a closed list: `confirm` does.
    """
    origin = Origin(source, source_date, legal_basis, whole, sha256(data).hexdigest())
    insist(why_not_origin(origin, now=now))
    read = read_list(data)
    rows = hash_lines(keyring, read.lines, today=day_of(now))
    checked = check_rows(session, district_id=district_id, rows=rows, whole=whole)
    draft = RollDraft(
        id=new_id(),
        district_id=district_id,
        official_id=official_id,
        source=source,
        source_date=source_date,
        legal_basis=legal_basis,
        whole=whole,
        file_name=file_name[:120],
        sha256=origin.sha256,
        sealed=b"",
        at=now,
        ends_at=now + LASTS,
    )
    _seal(keyring, draft, rows, read.others, _plan(checked))
    return draft


def add_draft(session: Session, draft: RollDraft, *, by_name: str) -> None:
    """Keeps a draft; an official's earlier one of this district makes room for it.

    That a list was read is on the record: who tries names of other rolls does not do so unseen.
    """
    mine = (
        col(RollDraft.district_id) == draft.district_id,
        col(RollDraft.official_id) == draft.official_id,
    )
    before = session.exec(select(RollDraft.sha256).where(*mine)).all()
    session.execute(delete(RollDraft).where(*mine))
    session.add(draft)
    session.flush()
    if draft.sha256 in before:
        return  # the same file once more: a double press
    record(
        session,
        district_id=draft.district_id,
        subject=draft.district_id,
        kind="people.list_read",
        at=draft.at,
        office="clerk",
        by_name=by_name,
        source=draft.source,
        sha256=draft.sha256,
    )


def load_draft(
    session: Session, *, district_id: str, draft_id: str, now: datetime, lock: bool = False
) -> RollDraft:
    """A draft of this district that has not ended. Raises LookupError."""
    query = select(RollDraft).where(
        RollDraft.district_id == district_id, RollDraft.id == draft_id, RollDraft.ends_at > now
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise LookupError(draft_id)
    return found


def drafts_waiting(session: Session, *, district_id: str, now: datetime) -> Sequence[RollDraft]:
    """The lists of a district that wait to be confirmed, the newest first."""
    return session.exec(
        select(RollDraft)
        .where(RollDraft.district_id == district_id, RollDraft.ends_at > now)
        .order_by(col(RollDraft.at).desc(), col(RollDraft.id))
    ).all()


def preview_of(keyring: Keyring, draft: RollDraft) -> Preview:
    """What a draft would do, as it was last read. Raises LookupError once its key is no more."""
    kept = _unseal(keyring, draft)
    return _preview(kept["plan"], tuple(kept["others"]))


def confirm(
    session: Session,
    *,
    keyring: Keyring,
    district_id: str,
    draft_id: str,
    gone_seen: bool,
    by_name: str,
    now: datetime,
) -> RollImport | None:
    """Does what the draft says, all of it or nothing, and deletes the draft.

    `gone_seen`: the clerk says that they looked at who is taken off.

    None where the roll is no longer the one it was read against: the draft then holds the changes
    as they would be now, nothing is done, and the caller's transaction keeps that. Pressed twice,
    the second time answers with what the first one did. Raises LookupError, and Refusal
    people.roll_rows, people.roll_closed, people.roll_raced, people.gone_unseen.
    """
    begin_change(session, district_id=district_id, now=now, agreed=True)
    done = session.exec(
        select(RollImport).where(RollImport.district_id == district_id, RollImport.id == draft_id)
    ).first()
    if done is not None:
        return done
    draft = load_draft(session, district_id=district_id, draft_id=draft_id, now=now, lock=True)
    insist(why_not_locked(session, district_id=district_id, now=now))
    kept = _unseal(keyring, draft)
    rows = [_row(one) for one in kept["rows"]]
    checked = check_rows(session, district_id=district_id, rows=rows, whole=draft.whole)
    plan = _plan(checked)
    # Who else stands on the roll is no part of what the list does.
    if {**plan, "standing": 0} != {**kept["plan"], "standing": 0}:
        _seal(keyring, draft, rows, kept["others"], plan)
        session.add(draft)
        session.flush()
        return None
    if checked.problems:
        raise RollRefused(checked)
    if checked.gone and not gone_seen:
        raise Refusal("people.gone_unseen", field="gone")
    origin = Origin(draft.source, draft.source_date, draft.legal_basis, draft.whole, draft.sha256)
    session.delete(draft)
    session.flush()
    return bring_in(
        session,
        keyring=keyring,
        district_id=district_id,
        origin=origin,
        checked=checked,
        import_id=draft_id,
        by_name=by_name,
        now=now,
    )


def drop_draft(session: Session, *, district_id: str, draft_id: str) -> None:
    """Deletes a draft; one that is gone already is no harm."""
    session.execute(
        delete(RollDraft).where(
            col(RollDraft.district_id) == district_id, col(RollDraft.id) == draft_id
        )
    )


def forget_drafts(session: Session, *, now: datetime) -> int:
    """Deletes the drafts whose day is over; returns how many. Called by `tick`."""
    gone = session.execute(delete(RollDraft).where(col(RollDraft.ends_at) <= now))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def old_drafts(session: Session, *, now: datetime) -> bool:
    """Whether there is anything that `forget_drafts` would delete."""
    return session.exec(select(RollDraft.id).where(RollDraft.ends_at <= now)).first() is not None


# How it is kept: short lists, since there may be 60 000 rows.


def _plan(checked: CheckedRoll) -> dict[str, Any]:
    """What a list does, in plain values: shown, and compared when it is confirmed."""
    return {
        "rows": checked.rows,
        "standing": checked.standing,
        "conflicts": len(checked.conflicts),
        Kind.PROBLEM.value: [
            [one.row, one.why.code, dict(one.why.facts)] for one in checked.problems
        ],
        Kind.GONE.value: [[one.id, one.line] for one in checked.gone],
        Kind.CHANGED.value: [
            [one.row, one.person_id, one.name, dict(one.before), dict(one.after)]
            for one in checked.changed
        ],
        Kind.NEW.value: [
            [one.row, one.name, one.settlement_id, one.of_age_on.isoformat()] for one in checked.new
        ],
        Kind.ALREADY.value: [[one.row, one.name] for one in checked.already],
    }


def _preview(plan: dict[str, Any], others: tuple[str, ...]) -> Preview:
    rows = [
        PlanRow(Kind.PROBLEM, row, why=Refusal(code, **facts))
        for row, code, facts in plan[Kind.PROBLEM]
    ]
    rows += [PlanRow(Kind.GONE, 0, line["name"], before=line) for _, line in plan[Kind.GONE]]
    rows += [
        PlanRow(Kind.CHANGED, row, name, before, after)
        for row, _, name, before, after in plan[Kind.CHANGED]
    ]
    rows += [
        PlanRow(Kind.NEW, row, name, after={"settlement_id": place, "of_age_on": grown})
        for row, name, place, grown in plan[Kind.NEW]
    ]
    rows += [PlanRow(Kind.ALREADY, row, name) for row, name in plan[Kind.ALREADY]]
    return Preview(
        rows=plan["rows"],
        standing=plan["standing"],
        conflicts=plan["conflicts"],
        others=others,
        counts={kind: len(plan[kind]) for kind in Kind},
        plan=tuple(rows),
    )


def _seal(
    keyring: Keyring,
    draft: RollDraft,
    rows: Sequence[ListRow],
    others: Sequence[str],
    plan: dict[str, Any],
) -> None:
    kept = {
        "key": keyring.fingerprint("roll"),
        "others": list(others),
        "rows": [
            [
                one.row,
                one.name,
                one.iin_mac,
                one.settlement,
                one.of_age_on.isoformat() if one.of_age_on else "",
                one.told,
                one.why.code if one.why else "",
                dict(one.why.facts) if one.why else {},
            ]
            for one in rows
        ],
        "plan": plan,
    }
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(text.encode(), 6)).decode()
    draft.sealed = keyring.seal(SEALED, draft.id, packed)


def _unseal(keyring: Keyring, draft: RollDraft) -> dict[str, Any]:
    """What was sealed. A draft from before a key was rotated names nobody any more."""
    try:
        packed = base64.b64decode(keyring.unseal(SEALED, draft.id, draft.sealed))
    except ValueError:
        raise LookupError(draft.id) from None
    kept: dict[str, Any] = json.loads(zlib.decompress(packed))
    if kept["key"] != keyring.fingerprint("roll"):
        raise LookupError(draft.id)
    return kept


def _row(kept: Sequence[Any]) -> ListRow:
    row, name, mac, settlement, grown, told, code, facts = kept
    why = Refusal(code, **facts) if code else None
    of_age_on = date.fromisoformat(grown) if grown else None
    return ListRow(row, name, mac, settlement, of_age_on, told, why)
