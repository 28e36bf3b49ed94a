"""`asar budget`: budgets of published acts, from a terminal."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.budget.units_file import read_units
from app.budget.units_import import (
    State,
    find_unit,
    import_unit,
    known_units,
    places_around,
    units_of_file,
)
from app.core.database import make_engine, open_session, transaction
from app.core.refusal import Refusal
from app.core.settings import Settings
from app.places.classifier import BadRow, BadRows, import_classifier
from app.start import clock_for
from app.words.phrases import refusal

budget = typer.Typer(no_args_is_help=True, help="Budgets of published acts.")
DONE = {
    State.MADE: "a new unit that only shows its budget",
    State.ADDED: "published beside what was there",
    State.KNOWN: "known already",
}


@budget.callback()
def _of_budgets() -> None:
    """Keeps `import-units` a command of its own."""


@budget.command("import-units")
def import_units(
    file: Path,
    kato: Annotated[
        Path | None, typer.Option(help="the classifier's file, to find units in")
    ] = None,
) -> None:
    """Takes units' budgets from published acts: every row by itself, whole or not at all.

    Sums stand in thousands of tenge. Without --kato units are looked for in the classifier of the
    database. Exit 1 where a row was refused.
    """
    engine = make_engine(Settings().database_url)
    now = clock_for(engine).now()
    done = 0
    with open_session(engine) as session:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                rows, bad = read_units(lines)
            classifier = (
                kato.read_text(encoding="utf-8-sig").splitlines(keepends=True) if kato else []
            )
            units = units_of_file(classifier) if kato else known_units(session)
        except (OSError, UnicodeDecodeError) as why:
            print(f"{file}: {why}", file=sys.stderr)
            raise typer.Exit(2) from None
        except BadRows as why:
            _tell(why.rows)
            raise typer.Exit(2) from None
        for row in rows:
            try:
                with transaction(session):
                    if kato:
                        found = find_unit(row, units)
                        import_classifier(session, places_around(classifier, [found.kato]))
                    made = import_unit(session, row=row, units=units, now=now)
                print(
                    f"row {row.row}: {row.name}, {row.year}: {DONE[made.state]}, /kk/{made.slug}/"
                )
                done += 1
            except Refusal as why:
                bad.append(BadRow(row.row, why))
    _tell(sorted(bad, key=lambda one: one.row))
    print(f"{done} rows are in, {len(bad)} were refused.")
    raise typer.Exit(1 if bad else 0)


def _tell(rows: list[BadRow]) -> None:
    for one in rows:
        print(f"row {one.row}: {refusal(one.why, 'en')}", file=sys.stderr)
