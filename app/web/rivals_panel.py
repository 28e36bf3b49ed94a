"""Which other projects a project excludes, beside it on its page."""

from dataclasses import dataclass

from app.proposals.models import Proposal
from app.proposals.queries import title_in
from app.proposals.rivals import rivals_of
from app.web.frame import Link
from app.web.visit import Visit


@dataclass(frozen=True, slots=True)
class RivalsPanel:
    """The others of the group."""

    others: tuple[Link, ...]


def rivals_panel(visit: Visit, proposal: Proposal) -> RivalsPanel | None:
    """The panel; None for a project that excludes no other."""
    found = rivals_of(visit.session, proposal=proposal)
    if not found:
        return None
    return RivalsPanel(
        tuple(
            Link(f"{visit.here}/proposals/{one.number}", title_in(one, visit.lang)[0])
            for one in found
        )
    )
