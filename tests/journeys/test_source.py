"""Every installation hands out the source it runs from, and nothing else."""

import io
import zipfile
from collections.abc import Callable

from tests.browser import Browser


def test_the_source_is_there_and_holds_no_secret(visit: Callable[..., Browser]) -> None:
    page = visit().get("/kk/about").follow("/source.zip")
    assert page.status == 200
    with zipfile.ZipFile(io.BytesIO(page.response.content)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert {"asar/LICENSE", "asar/app/counting/most_votes.py", "asar/static/app.css"} <= set(names)
    assert not [n for n in names if n.endswith((".db", ".key", ".pyc")) or "cards.json" in n]
