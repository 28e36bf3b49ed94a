"""The source of what runs here, as the licence promises every reader (AGPL, section 13).

Made from the very files this process was started from, so that a changed Asar shows its changes
without anybody having to remember it.
"""

import io
import zipfile
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

from app.web.doors import Anyone
from app.web.render import ROOT, file

router = APIRouter()
FOLDERS = ("app", "migrations", "templates", "static", "tests", "bench", "docs", ".ci")
FILES = (
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "Makefile",
    "Dockerfile",
    "compose.yaml",
    "pyproject.toml",
    "alembic.ini",
    "requirements.lock",
    "requirements-dev.lock",
)


def source_files() -> list[Path]:
    """The files of this program, by name. Databases, keys and caches lie elsewhere."""
    found = [ROOT / name for name in FILES]
    for folder in FOLDERS:
        found += (ROOT / folder).rglob("*")
    return sorted(
        path
        for path in found
        if path.is_file() and not path.is_symlink() and _is_source(path.relative_to(ROOT))
    )


def _is_source(path: Path) -> bool:
    """Whether it is ours to hand out: somebody may have laid a database or keys beside it."""
    if path.name == "demo-cards.json" or (path.parts[0] != ".ci" and path.name.startswith(".")):
        return False
    kept = (".db", "-journal", "-sms", ".sqlite", ".sqlite3", ".key", ".keys", "__pycache__")
    return not any(part.endswith(kept) for part in path.parts)


@cache
def source_zip() -> bytes:
    """All of it in one file, the same bytes for the same source."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in source_files():
            entry = zipfile.ZipInfo(f"asar/{path.relative_to(ROOT)}", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return made.getvalue()


@router.get("/source.zip")
def source(visit: Anyone) -> Response:
    """The source of the program that answers here."""
    return file(source_zip(), "application/zip", name="asar-source.zip")
