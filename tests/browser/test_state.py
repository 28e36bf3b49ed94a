"""Signing in through the state's identity provider in a real Chromium, with and without scripts.

`form-action 'self'` holds in Chromium for every redirect after a form: the way to the provider is a
link, and this is what shows that it leads there.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from app.core.database import open_session, transaction
from app.people.models import Person, RollEntry
from tests.chromium import axe_violations, overflow
from tests.demo_site import Site
from tests.oidc_provider import CLIENT, SECRET, Provider

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
IIN = "900101400013"


@pytest.fixture
def provider(site: Site) -> Iterator[Provider]:
    made = Provider()
    made.claims = {"iin": IIN}
    state = site.app.state
    state.settings = state.settings.model_copy(
        update={
            "public_url": site.origin,
            "oidc_issuer": made.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "oidc_name_kk": "eGov",
        }
    )
    with open_session(state.engine) as session, transaction(session):
        entry = session.exec(select(RollEntry).where(RollEntry.removed_on == None)).first()  # noqa: E711
        assert entry is not None
        person = session.get_one(Person, entry.person_id)
        person.iin_mac = state.keyring.mac("iin", IIN)
        made.name = person.full_name  # type: ignore[attr-defined]
        session.add(person)
    yield made
    made.stop()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_through_the_state_and_back(
    browser: Any, site: Site, provider: Provider, scripts: bool
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=scripts, base_url=site.origin
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if said.type == "error" else None)

    def looked_at() -> None:
        assert overflow(page) == []
        if scripts:
            assert axe_violations(page) == []

    def press(css: str) -> None:
        with page.expect_navigation():
            page.locator(css).click()

    page.goto("/kk/sign-in")
    press("a[href$='/sign-in/state']")
    looked_at()
    press("#state button")
    looked_at()
    press(f"a[href^='{provider.issuer}']")
    assert page.url.startswith(f"{provider.issuer}/authorize?")
    press("#agree")
    assert page.url.startswith(f"{site.origin}/kk/sign-in/state/back?")
    looked_at()
    page.locator("input[name=phone][value=own]").check()
    press("#back button")
    refused = [one.get_attribute("data-refusal") for one in page.locator("[data-refusal]").all()]
    assert (refused, "/sign-in" in page.url) == ([], False)
    page.goto("/kk/me")
    assert provider.name in page.locator("main").inner_text()  # type: ignore[attr-defined]
    assert [one for one in blocked if "Content Security Policy" in one] == []
    names = {cookie["name"]: cookie for cookie in context.cookies()}
    assert "asar-state" not in names
    assert names["asar"]["httpOnly"] is True
    context.close()
