"""A small browser: reads pages, submits their own forms, frowns at careless HTML on every visit."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from starlette.testclient import TestClient

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)


@dataclass(slots=True)
class Element:
    """An element of a page."""

    tag: str
    attrs: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)
    parent: "Element | None" = None

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    @property
    def text(self) -> str:
        parts: list[str] = []

        def gather(element: "Element") -> None:
            for child in element.children:
                if isinstance(child, str):
                    parts.append(child)
                elif child.tag not in ("script", "style"):
                    gather(child)

        gather(self)
        return re.sub(r"\s+", " ", "".join(parts)).strip()

    def matches(self, css: str) -> bool:
        """One simple selector: `tag`, `#id`, `.class`, `[attr]`, `[attr=value]`, together."""
        for kind, name, _, value in re.findall(r"([#.\[]?)([\w-]+)(=\"?([^\]\"]*)\"?)?\]?", css):
            classes = self.attrs.get("class", "").split()
            ok = {
                "": self.tag == name,
                "#": self.attrs.get("id") == name,
                ".": name in classes,
                "[": name in self.attrs and (not _ or self.attrs[name] == value),
            }[kind]
            if not ok:
                return False
        return True

    def all(self, css: str) -> list["Element"]:
        """All elements under this one for a selector of simple ones joined by spaces."""
        found = [self]
        for simple in css.split():
            found = list(
                {
                    id(one): one
                    for top in found
                    for one in top.walk()
                    if one is not top and one.matches(simple)
                }.values()
            )
        return found

    def one(self, css: str) -> "Element":
        found = self.all(css)
        assert len(found) == 1, f"{len(found)} elements for {css!r}"
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = Element("", {})
        self.here = self.top

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.children.append(element)

    def handle_endtag(self, tag: str) -> None:
        at: Element | None = self.here
        while at is not None and at.tag != tag:
            at = at.parent
        assert at is not None, f"a closing </{tag}> that nothing opened"
        assert at is self.here or tag in ("p", "li"), f"</{tag}> closes <{self.here.tag}>"
        assert at.parent is not None
        self.here = at.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(html: str) -> Element:
    """A page as a tree."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.top


def frown(page: Element) -> list[str]:
    """What is careless about a page."""
    wrong: list[str] = []
    everything = list(page.walk())
    html = page.one("html")
    if html.attrs.get("lang") not in ("kk", "ru", "en"):
        wrong.append("no lang")
    if len(page.all("h1")) != 1:
        wrong.append(f"{len(page.all('h1'))} h1")
    if not page.one("title").text:
        wrong.append("no title")
    ids = [one.attrs["id"] for one in everything if "id" in one.attrs]
    wrong += [f"id twice: {one}" for one in sorted({i for i in ids if ids.count(i) > 1})]
    labelled = {one.attrs.get("for") for one in page.all("label")}
    for one in everything:
        if one.tag == "form" and not (one.attrs.get("action") and one.attrs.get("method")):
            wrong.append("a form without action or method")
        if one.tag in ("input", "select", "textarea"):
            kind = one.attrs.get("type", "text")
            named = one.attrs.get("id") in labelled or "aria-label" in one.attrs
            if kind not in ("hidden", "submit", "button") and not named:
                wrong.append(f"no label: {one.attrs}")
        if one.tag == "style" or "style" in one.attrs:
            wrong.append("inline style")
        if one.tag == "script" and "src" not in one.attrs:
            wrong.append("inline script")
        if one.tag == "img" and "alt" not in one.attrs:
            wrong.append("no alt")
        wrong += [f"inline {name}" for name in one.attrs if name.startswith(("on", "hx-on"))]
        if one.tag == "a" and one.attrs.get("href") in ("#", "", None):
            wrong.append(f"a link to nowhere: {one.text}")
    return wrong


class Page:
    """A page that came back."""

    def __init__(self, browser: "Browser", response: Any) -> None:
        self.browser = browser
        self.response = response
        self.status: int = response.status_code
        self.path: str = urlsplit(str(response.url)).path
        self.html: str = response.text
        self.is_html = "text/html" in response.headers.get("content-type", "")
        self.tree = read(self.html) if self.is_html else Element("", {})
        if self.is_html and "<html" in self.html:
            assert (found := frown(self.tree)) == [], f"{self.path}: {found}"

    @property
    def refusals(self) -> list[str]:
        """The codes of everything the page says no to, each once."""
        found = [
            one.attrs["data-refusal"] for one in self.tree.walk() if one.attrs.get("data-refusal")
        ]
        return sorted(set(found))

    def text(self, css: str = "main") -> str:
        return " | ".join(one.text for one in self.tree.all(css))

    def links(self) -> list[str]:
        return [one.attrs["href"] for one in self.tree.all("a") if "href" in one.attrs]

    def follow(self, text: str) -> "Page":
        """Follows the first link that has this text in it or goes to this address."""
        for one in self.tree.all("a"):
            if text in one.text or one.attrs.get("href") == text:
                return self.browser.get(urljoin(self.path, one.attrs["href"]))
        raise AssertionError(f"no link {text!r} on {self.path}")

    def submit(self, form: str = "main form", button: str = "", /, **fields: Any) -> "Page":
        """Submits a form of this page: its own hidden and filled values, changed by `fields`.

        A list sets several values (checkboxes); None leaves a field out; `(name, bytes)` is a
        file. `button` is the text of the button to press, where there are several.
        """
        found = self.tree.all(form)
        assert found, f"no form {form!r} on {self.path}"
        one = found[0]
        data: dict[str, list[str]] = {}
        for name, value in _filled(one):
            data.setdefault(name, []).append(value)
        pressed = [b for b in one.all("button") if button and button in b.text]
        if button:
            assert pressed, f"no button {button!r} in {form!r}"
        for pressed_one in pressed[:1]:
            if name := pressed_one.attrs.get("name"):
                data[name] = [pressed_one.attrs.get("value", "")]
        files: list[tuple[str, Any]] = []
        for name, value in fields.items():
            if value is None:
                data.pop(name, None)
            elif isinstance(value, tuple):
                files.append((name, value))
            elif isinstance(value, list):
                many = value if not value or not isinstance(value[0], tuple) else []
                files += [(name, each) for each in value if isinstance(each, tuple)]
                data[name] = [str(each) for each in many]
            else:
                data[name] = [str(value)]
        target = urljoin(str(self.response.url), one.attrs["action"])
        if one.attrs["method"].lower() == "get":
            return self.browser.get(target, params=data)
        return self.browser.post(target, data, files)


def _filled(form: Element) -> Iterator[tuple[str, str]]:
    for one in form.walk():
        name = one.attrs.get("name")
        if not name or "disabled" in one.attrs:
            continue
        kind = one.attrs.get("type", "text")
        if one.tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in one.attrs:
                yield name, one.attrs.get("value", "on")
        elif one.tag == "input" and kind not in ("submit", "button", "file", "image"):
            yield name, one.attrs.get("value", "")
        elif one.tag == "textarea":
            yield name, "".join(c for c in one.children if isinstance(c, str)).removeprefix("\n")
        elif one.tag == "select":
            options = one.all("option")
            chosen = [o for o in options if "selected" in o.attrs] or options[:1]
            for option in chosen:
                yield name, option.attrs.get("value", option.text)


class Browser:
    """A browser of one person: keeps cookies, follows redirects, says where a form came from."""

    def __init__(
        self,
        app: Any,
        *,
        cookie: str = "",
        says_origin: bool = True,
        before: Callable[[], object] = lambda: None,
    ) -> None:
        self.before = before  # ends what the test itself still reads: it would hold up a writer
        self.client = TestClient(app, follow_redirects=True, raise_server_exceptions=True)
        self.says_origin = says_origin
        if cookie:
            # As the server sets it, so that the server can take it away.
            self.client.cookies.set("asar", cookie, domain="testserver.local", path="/")

    def get(self, path: str, **kwargs: Any) -> Page:
        self.before()
        return Page(self, self.client.get(path, **kwargs))

    def post(self, path: str, data: dict[str, Any], files: Any = None) -> Page:
        self.before()
        headers = {"sec-fetch-site": "same-origin"} if self.says_origin else {}
        return Page(self, self.client.post(path, data=data, files=files or None, headers=headers))
