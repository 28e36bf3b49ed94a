"""Budgets for programs: CSV, XLSX and JSON at addresses without a language, which stay."""

import json
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from sqlmodel import col, select

from app.budget.classification import classification
from app.budget.exports import FORMAT, HEADS, LICENCE, Exported, as_json, cells
from app.budget.models import ANNUAL, PLAN, Budget, BudgetVersion, Origin
from app.budget.queries import lines_of_all, versions, years
from app.core.sheet_writer import CSV, XLSX, csv_text, xlsx_bytes
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.web.budget_view import known_year, version_path
from app.web.doors import Anyone
from app.web.render import file
from app.web.visit import Visit

router = APIRouter()
JSON = "application/json"
# A file's address has no language, so the mark stands in both.
INVENTED = "Ойдан алынған сандар, көрсетілім үшін. Вымышленные цифры, для показа."
# Any site may read this from a browser: it is public, and asked for without a session.
OPEN = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}


@router.get("/api/budgets/{slug}.json")
def all_years(visit: Anyone) -> Response:
    """The years of a district with the figures that hold, and where their lines are."""
    district = visit.district
    found = years(visit.session, district_id=district.id)
    body = {**_about(visit), "years": [_year(visit, one) for one in found]}
    return _json(body, f"{district.slug}.json")


@router.get("/api/budgets/{slug}/{year:int}.{ending}")
def of_year(visit: Anyone, year: int, ending: str) -> Response:
    """Everything published of a year: all versions of the plan and of the months."""
    found = _versions(visit, year)
    return _answer(visit, found, found, ending, f"{visit.district.slug}-{year}")


@router.get("/api/budgets/{slug}/{year:int}/plan/{number:int}.{ending}")
def of_plan(visit: Anyone, year: int, number: int, ending: str) -> Response:
    """One version of a year's plan."""
    return _one(visit, year, PLAN, number, ending)


@router.get("/api/budgets/{slug}/{year:int}/months/{month:int}/{number:int}.{ending}")
def of_month(visit: Anyone, year: int, month: int, number: int, ending: str) -> Response:
    """One version of a month's execution; 13 is the report on the whole year."""
    if not 1 <= month <= ANNUAL:
        raise HTTPException(404)
    return _one(visit, year, month, number, ending)


def _versions(visit: Visit, year: int) -> Sequence[BudgetVersion]:
    if not known_year(year):
        raise HTTPException(404)
    found = versions(visit.session, district_id=visit.district.id, year=year)
    if not found:
        raise HTTPException(404)
    return found


def _one(visit: Visit, year: int, month: int, number: int, ending: str) -> Response:
    found = _versions(visit, year)
    chosen = [one for one in found if (one.month, one.number) == (month, number)]
    if not chosen:
        raise HTTPException(404)
    name = f"{visit.district.slug}-{version_path(chosen[0]).replace('/', '-')}"
    return _answer(visit, found, chosen, ending, name)


def _answer(
    visit: Visit,
    every: Sequence[BudgetVersion],
    chosen: Sequence[BudgetVersion],
    ending: str,
    name: str,
) -> Response:
    if ending not in ("csv", "xlsx", "json"):
        raise HTTPException(404)
    exported = _exported(visit, every, chosen)
    if ending == "json":
        body = {**_about(visit), "year": chosen[0].year, "versions": [as_json(x) for x in exported]}
        return _json(body, f"{name}.json")
    rows = (row for one in exported for row in cells(one))
    if ending == "csv":
        return file(csv_text(HEADS, rows), CSV, name=f"{name}.csv", extra=OPEN)
    above = [INVENTED] if any(one.origin == Origin.INVENTED for one in chosen) else []
    book = xlsx_bytes(HEADS, rows, title=name, above=above)
    return file(book, XLSX, name=f"{name}.xlsx", extra=OPEN)


def _exported(
    visit: Visit, every: Sequence[BudgetVersion], chosen: Sequence[BudgetVersion]
) -> list[Exported]:
    session, district = visit.session, visit.district
    held = {one.month: one.number for one in every}
    lines = lines_of_all(session, district_id=district.id, version_ids=[one.id for one in chosen])
    named = {line.proposal_id for of in lines.values() for line in of if line.proposal_id}
    projects: dict[str, str] = dict(
        session.exec(  # type: ignore[arg-type]  # a public proposal has its number
            select(Proposal.id, Proposal.number).where(
                Proposal.district_id == district.id, col(Proposal.id).in_(sorted(named))
            )
        ).all()
    )
    rounds = dict(
        session.exec(select(Round.id, Round.key).where(Round.district_id == district.id)).all()
    )
    entries = classification(session, district_id=district.id, year=chosen[0].year)
    return [
        Exported(
            kato=district.kato,
            version=one,
            holds=held[one.month] == one.number,
            lines=lines.get(one.id, ()),
            entries=entries,
            projects=projects,
            rounds=rounds,
        )
        for one in chosen
    ]


def _about(visit: Visit) -> dict[str, Any]:
    district = visit.district
    return {
        "format": FORMAT,
        "documentation": "/kk/about/data",
        "licence": LICENCE,
        "currency": "KZT",
        "unit": "tenge",
        "district": {
            "kato": district.kato,
            "slug": district.slug,
            "name_kk": district.name_kk,
            "name_ru": district.name_ru,
            "raion_kk": district.raion_kk,
            "raion_ru": district.raion_ru,
            "oblast_kk": district.oblast_kk,
            "oblast_ru": district.oblast_ru,
        },
    }


def _year(visit: Visit, one: Budget) -> dict[str, Any]:
    return {
        "year": one.year,
        "url": f"/api/budgets/{visit.district.slug}/{one.year}.json",
        "invented": one.invented,
        "plan": {
            "version": one.plan_number,
            "step": one.plan_kind,
            "receipts": one.receipts,
            "own": one.own,
            "transfers": one.transfers,
            "spending": one.spending,
        },
        "execution": {
            "month": one.actual_month,
            "receipts": one.actual_receipts,
            "own": one.actual_own,
            "spending": one.actual_spending,
        },
    }


def _json(body: dict[str, Any], name: str) -> Response:
    text = json.dumps(body, ensure_ascii=False, indent=1)
    response = file(text.encode(), JSON, extra=OPEN)
    response.headers["content-disposition"] = f'inline; filename="{name}"'
    return response
