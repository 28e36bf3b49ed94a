"""What cards say, and whoever is slowed down with one."""

from app.words.catalogue import N_

REFUSALS: dict[str, str | tuple[str, str]] = {
    "people.wait_network": N_(
        "Many wrong tries came from your network. Please try again in %(seconds)s seconds."
    ),
}
