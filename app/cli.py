"""`asar`: the same actions from a terminal."""

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from sqlmodel import Session

from app.budget.classification import ship
from app.budget_command import budget
from app.core import migrate as schema
from app.core.app_role import BadRole, give_rights
from app.core.database import make_engine, open_session, transaction
from app.core.key_files import KeysInUse, share
from app.core.key_marks import settle_keys
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.core.settings import Settings
from app.count_command import compare, count, explain
from app.decisions.import_round import import_round
from app.keys_command import keys
from app.notices.gateways import gateway_of
from app.official_command import official
from app.places.actions import open_district
from app.places.classifier import BadRows, import_classifier
from app.places.days_off import import_days_off
from app.places.queries import district_by_slug, districts
from app.sending import drain
from app.start import clock_for, settle_mode, why_unsafe
from app.tick import tick as do_tick
from app.web.guard import log_json
from app.words.phrases import refusal

asar = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Participatory budgeting for rural districts.",
)
places = typer.Typer(no_args_is_help=True, help="The classifier of places (KATO).")
district = typer.Typer(no_args_is_help=True, help="Districts that live here.")
rounds = typer.Typer(no_args_is_help=True, help="Rounds from elsewhere.")
for name, group in (
    ("places", places),
    ("district", district),
    ("official", official),
    ("round", rounds),
    ("keys", keys),
    ("budget", budget),
):
    asar.add_typer(group, name=name)
for command in (count, explain, compare):
    asar.command()(command)


def fail(line: str) -> typer.Exit:
    """Says why on standard error; exit 2."""
    print(line, file=sys.stderr)
    return typer.Exit(2)


def _session(settings: Settings) -> Session:
    return open_session(make_engine(settings.database_url))


def _now() -> datetime:
    """The moment in the database of the settings: a demo has its own."""
    return clock_for(make_engine(Settings().database_url)).now()


@asar.command()
def migrate(
    url: Annotated[str, typer.Option(help="the owner's address; or set ASAR_MIGRATE_URL")] = "",
    app_role: Annotated[str, typer.Option(help="PostgreSQL: the role that serves")] = "",
) -> None:
    """Brings the database to the newest schema, and gives the serving role what it needs."""
    settings = Settings()
    url = url or settings.migrate_url or settings.database_url
    schema.upgrade(url)
    keyring = Keyring(settings.keys_folder)
    with open_session(make_engine(url)) as session, transaction(session):
        settle_keys(session, keyring)
        ship(session)
    if app_role:
        try:
            give_rights(url, app_role)
        except BadRole as why:
            raise fail(str(why)) from None
    print("The database is at the newest schema.")


@asar.command()
def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: Annotated[int, typer.Option(min=1, help="PostgreSQL only")] = 1,
) -> None:
    """The server. Refuses to start unsafely."""
    settings = Settings()
    engine = make_engine(settings.database_url)
    settings = settle_mode(settings, engine, host)
    found = why_unsafe(settings, engine, Keyring(settings.keys_folder), workers=workers)
    engine.dispose()
    if found:
        raise fail("\n".join(["Not started:", *(f"- {line}" for line in found)]))
    os.environ["ASAR_MODE"] = settings.mode
    uvicorn.run(
        "app.serving:make",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
        proxy_headers=settings.mode == "production",
        log_config=None,
    )


@asar.command()
def tick() -> None:
    """Does what the clock demands now: freezes, seals, counts, sends. Idempotent."""
    settings = Settings()
    log_json(settings.log_level)
    engine = make_engine(settings.database_url)
    keyring, clock = Keyring(settings.keys_folder), clock_for(engine)
    try:
        held = share(keyring.folder)
    except KeysInUse:
        raise fail("The keys are being rotated. Tick again when that is done.") from None
    print(do_tick(engine, keyring, clock))
    drain(engine, keyring, clock, gateway_of(settings), most_a_day=settings.sms_per_day)
    os.close(held)


@asar.command()
def demo(
    serve_it: Annotated[bool, typer.Option("--serve/--no-serve")] = True,
    at: Annotated[str, typer.Option(help="another day, such as 2026-05-20")] = "",
    host: str = "127.0.0.1",
    port: int = 8000,
) -> None:
    """Makes a fresh demo database, fills it, prints the demo people's sign-in cards, serves it."""
    from app.demo.fill import NotADemo, fill_demo
    from app.demo.people import print_cards

    os.environ.setdefault("ASAR_DATABASE_URL", "sqlite:///demo.db")
    os.environ["ASAR_MODE"] = "demo"
    settings = Settings()
    try:
        day = date.fromisoformat(at) if at else None
    except ValueError:
        raise fail(f"--at wants a date such as 2026-05-20, not {at!r}.") from None
    try:
        cards = fill_demo(settings, day=day)
    except NotADemo:
        raise fail("This database is not empty and bears no demo mark; it is left alone.") from None
    print_cards(cards, host=host, port=port)
    if serve_it:
        serve(host=host, port=port, workers=1)


@places.command("import")
def places_import(file: Path) -> None:
    """Takes the classifier of places as the Bureau of National Statistics writes it."""
    with _session(Settings()) as session:
        try:
            with transaction(session):
                number = import_classifier(session, file)
        except BadRows as bad:
            raise fail(_rows(bad)) from None
    print(f"{number} places.")


@places.command("days-off")
def places_days_off(file: Path) -> None:
    """Takes a year's holidays and moved working days: day, works (yes/no), name_kk, name_ru."""
    with _session(Settings()) as session:
        try:
            with transaction(session):
                number = import_days_off(session, file)
        except BadRows as bad:
            raise fail(_rows(bad)) from None
    print(f"{number} days.")


def _rows(bad: BadRows) -> str:
    """Every bad row with its reason, a line each."""
    return "\n".join(f"row {row.row}: {refusal(row.why, 'en')}" for row in bad.rows)


@district.command("add")
def district_add(
    kato: Annotated[str, typer.Option(help="the unit's nine-digit code")],
    slug: Annotated[str, typer.Option(help="its address; made from its name when left out")] = "",
) -> None:
    """Makes any unit live, with its settlements."""
    with _session(Settings()) as session:
        try:
            with transaction(session):
                made = open_district(session, kato=kato, slug=slug or None, now=_now())
                address = made.slug
        except Refusal as why:
            raise fail(refusal(why, "en")) from None
    print(f"/kk/{address}/")


@district.command("list")
def district_list() -> None:
    """The districts that live here."""
    with _session(Settings()) as session:
        for one in districts(session):
            print(f"{one.kato}  {one.slug:20} {one.name_kk} / {one.name_ru}")
        for one in districts(session, budget_only=True):
            print(f"{one.kato}  {one.slug:20} {one.name_kk} / {one.name_ru} (its budget only)")


@rounds.command("import")
def round_import(
    file: Path, slug: Annotated[str, typer.Option("--district", help="the district's address")]
) -> None:
    """Makes a past round out of a real election in Pabulib's format."""
    from app.counting.pabulib import BadFile, bytes_of

    with _session(Settings()) as session:
        home = district_by_slug(session, slug)
        if home is None or home.budget_only:
            raise fail(f"No district lives at {slug!r}.")
        try:
            with transaction(session):
                made = import_round(
                    session,
                    district_id=home.id,
                    data=bytes_of(file),
                    source=file.name,
                    now=_now(),
                )
                key = made.key
        except (BadFile, OSError) as bad:
            raise fail(f"{file}: {bad}") from None
        except Refusal as why:
            raise fail(f"{file}: {refusal(why, 'en')}") from None
    print(f"/kk/{slug}/rounds/{key}/results")


def main() -> None:
    """The command's beginning."""
    asar()
