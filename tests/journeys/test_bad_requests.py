"""Requests that no browser sends: broken bodies, other methods, other types. Never a crash."""

from pathlib import Path

import pytest

from app.web import source
from tests.assault import FILES, SCRIPT, shown_badly
from tests.siege import HOME, Siege

pytestmark = pytest.mark.xdist_group("rights")
FORM = "application/x-www-form-urlencoded"
MULTI = "multipart/form-data; boundary=b"
HEAD = b'--b\r\nContent-Disposition: form-data; name="title"'
BODIES = (
    (FORM, b"title=%ff%fe%fd&body=\xff\xfe"),
    (FORM, b"title=%ed%a0%80"),
    (FORM, b"title=%00%00&%00=1"),
    (FORM, b"&&&===&=&a"),
    (FORM, b"%"),
    (FORM, b"a=1&" * 5_000),
    (FORM, b"title" * 100_000),
    ("application/x-www-form-urlencoded; charset=utf-7", b"title=+ADw-script+AD4-"),
    ("application/json", b'{"title": "a"}'),
    ("application/json", b"[" * 100_000),
    ("text/plain", b"title=a"),
    ("", b"title=a"),
    ("multipart/form-data", HEAD),
    (MULTI, b""),
    (MULTI, b"--b--"),
    (MULTI, HEAD),
    (MULTI, HEAD + b"\r\n\r\na"),
    (MULTI, HEAD + b"\r\n\r\n\xff\xfe\r\n--b--\r\n"),
    (MULTI, b"--b\r\nContent-Disposition: form-data\r\n\r\na\r\n--b--\r\n"),
    (MULTI, b"--b\r\nNonsense\r\n\r\na\r\n--b--\r\n"),
    (MULTI, HEAD + b'; filename="\xff\xfe"\r\n\r\na\r\n--b--\r\n'),
    (MULTI, HEAD + b"\r\nContent-Type: text/plain; charset=no-such\r\n\r\na\r\n--b--\r\n"),
    (MULTI, (HEAD + b"\r\n\r\na\r\n") * 5_000 + b"--b--\r\n"),
    (MULTI, (HEAD + b'; filename="a.jpg"\r\n\r\na\r\n') * 50 + b"--b--\r\n"),
    (f"multipart/form-data; boundary={'b' * 5000}", HEAD),
)
TARGETS = (
    ("visitor", "/kk/sign-in"),
    ("author", f"/kk/{HOME}/rounds/2026/ballot"),
    ("author", "/kk/me/sessions"),
    ("clerk", f"/kk/{HOME}/desk/roll/import"),
    ("clerk", f"/kk/{HOME}/desk/budget/import"),
    ("visitor", "/kk/budgets/try"),
    ("clerk", f"/kk/{HOME}/desk/works/2025-0001/photos"),
    ("clerk", f"/kk/{HOME}/desk/assembly/2025"),
    ("akim", f"/kk/{HOME}/desk/issue"),
)


@pytest.mark.parametrize(("who", "path"), TARGETS, ids=str)
def test_a_broken_body_is_refused(siege: Siege, who: str, path: str) -> None:
    rows = siege.kept_rows
    wrong = []
    for kind, body in BODIES:
        answer = siege.ask(
            who, "POST", path, content=body, headers={"content-type": kind} if kind else {}
        )
        found = shown_badly(answer)
        if answer.status_code not in (303, 400, 403, 404, 413, 415, 422):
            found.append(f"status {answer.status_code}")
        wrong += [f"{kind} {body[:60]!r}: {one}" for one in found]
    assert wrong == []
    assert {name: n for name, n in siege.rows().items() if n != rows[name]}.keys() <= {"tries"}
    siege.restore()


def test_other_methods_are_not_answered(siege: Siege) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
        for path in ("/kk/", f"/kk/{HOME}/desk", f"/kk/{HOME}/rounds/2026/ballot", "/kk/nowhere"):
            headers = {"sec-fetch-site": "same-origin"}
            answer = siege.ask("clerk", method, path, headers=headers)
            assert answer.status_code in (404, 405), f"{method} {path}: {answer.status_code}"


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "\xff" * 5000},
        {"accept-language": "kk;q=" + "9" * 5000},
        {"host": "evil.example"},
        {"x-forwarded-host": "evil.example"},
        {"x-forwarded-proto": "javascript"},
        {"x-original-url": "/kk/surat/desk"},
        {"x-http-method-override": "DELETE"},
        {"if-none-match": "*" * 5000},
        {"range": "bytes=0-0,9-1"},
        {"if-modified-since": "Thu, 99 Nov 9999"},
        {"hx-request": "true", "hx-target": SCRIPT, "hx-current-url": SCRIPT},
        {"cookie": "asar=" + "a" * 4000},
        {"cookie": "asar=%00; asar=\xe9; asar-form=<script>"},
        {"cookie": "asar"},
    ],
    ids=lambda headers: " ".join(headers) + f" {len(str(headers))}",
)
def test_strange_headers_change_nothing(siege: Siege, headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    for path in ("/", "/kk/", f"/kk/{HOME}/", "/kk/sign-in", "/static/app.css", "/kk/nowhere"):
        siege.client.cookies.clear()
        answer = siege.client.get(path, headers=raw)
        assert answer.status_code in (200, 206, 302, 304, 400, 404, 416), (
            f"{path} {answer.status_code}"
        )
        assert shown_badly(answer) == []
        assert "evil.example" not in answer.text + answer.headers.get("location", "")
    assert siege.ask("visitor", "GET", f"/kk/{HOME}/desk", headers=raw).status_code == 303


def test_a_spreadsheet_takes_nothing_for_a_formula(siege: Siege) -> None:
    """What residents and offices type stands in tables that officials open."""
    formula = '=HYPERLINK("https://evil.example","Ашу")'
    siege.engine.dispose()
    for sql in (
        "UPDATE proposal SET title = ?1, title_kk = ?1, title_ru = ?1, place = ?1",
        "UPDATE works SET contractor = ?1, late_why_kk = ?1, late_why_ru = ?1",
        "UPDATE district SET short_kk = ?1, short_ru = ?1, name_kk = ?1, name_ru = ?1",
        "UPDATE settlement SET name_kk = ?1, name_ru = ?1",
    ):
        siege.watch.execute(sql, (formula,))
    siege.watch.commit()
    seen = 0
    for who, path in (
        ("visitor", f"/kk/{HOME}/works.csv"),
        ("visitor", f"/kk/{HOME}/rounds/2026/proposals.csv"),
        ("visitor", f"/kk/{HOME}/rounds/2025/results.csv"),
        ("visitor", "/kk/raions/315400000/districts.csv"),
        ("deputy", "/kk/raions/315400000/desk.csv"),
    ):
        text = siege.ask(who, "GET", path).text
        seen += "HYPERLINK" in text
        for start in ('"=HYPER', "\n=HYPER", ",=HYPER", ";=HYPER"):
            assert start not in text, f"{path}: {start}"
    assert seen >= 4
    siege.restore()


def test_a_bad_file_is_never_served_as_it_came(siege: Siege) -> None:
    before = siege.kept_rows["photo"]
    url = f"/kk/{HOME}/desk/works/2025-0001/photos"
    for what, file in FILES.items():
        answer = siege.ask("clerk", "POST", url, files=[("photos", file)])
        if answer.status_code == 303:
            row = siege.watch.execute(
                "SELECT id, data, media_type FROM photo ORDER BY at DESC, rowid DESC LIMIT 1"
            ).fetchone()
            assert row[2] == "image/jpeg", what
            assert SCRIPT.encode() not in row[1], what
            siege.restore()
        else:
            assert answer.status_code == 422, f"{what}: {answer.status_code}"
            assert siege.rows()["photo"] == before, what


def test_no_key_or_database_goes_out_with_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator may have laid them into a folder of the program."""
    (tmp_path / "app" / "asar.db.keys").mkdir(parents=True)
    for name in (
        "main.py",
        "asar.db",
        "asar.db-journal",
        "asar.sqlite3",
        "demo-cards.json",
        ".env",
        "asar.db.keys/roll.key",
        "asar.db.keys/round-1",
    ):
        (tmp_path / "app" / name).write_text("x")
    monkeypatch.setattr(source, "ROOT", tmp_path)
    assert [path.name for path in source.source_files()] == ["main.py"]
