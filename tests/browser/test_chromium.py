"""The browser tests' own eyes: each of them must see a fault that is really there."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.chromium import ChromiumMissing, axe_violations, chromium, overflow, watch, weight

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data: http:"
GOOD = (
    '<!doctype html><html lang="kk"><meta name="viewport" content="width=device-width">'
    '<title>Асар</title><link rel="icon" href="data:,"><main><h1>Асар</h1>'
    "<p>Бірге саламыз.</p></main></html>"
)
BAD = GOOD.replace(
    "</main>",
    '<img src="http://127.0.0.1:9/far.png"><p style="color: red">x</p><input name="n">'
    f"<p>{'ұ' * 400}</p></main>",
).replace('<link rel="icon" href="data:,">', "")


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        page = {"/good": GOOD, "/bad": BAD}.get(self.path)
        body = (page or "not found").encode()
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture(scope="module")
def origin():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    try:
        with chromium() as opened:
            yield opened
    except ChromiumMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


def test_a_good_page_under_a_strict_csp_raises_no_frown(page, origin):
    seen = watch(page, origin=origin)
    page.goto(f"{origin}/good")
    assert axe_violations(page) == []
    assert overflow(page) == []
    assert seen.frowns == []
    assert weight(page)[f"{origin}/good"] == len(GOOD.encode())


def test_a_bad_page_is_seen_through(page, origin):
    seen = watch(page, origin=origin)
    page.goto(f"{origin}/bad")
    rules = {line.split(" ")[0] for line in axe_violations(page)}
    assert {"image-alt", "label"} <= rules
    assert "image-alt" not in {
        line.split(" ")[0] for line in axe_violations(page, skip=("image-alt",))
    }
    assert any(line.startswith("p ") for line in overflow(page))
    told = "\n".join(seen.frowns)
    assert "request to another host: http://127.0.0.1:9/far.png" in told
    assert "Content Security Policy" in told
