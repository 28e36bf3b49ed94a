"""Panels: what other rooms set beside a proposal on its page."""

from dataclasses import dataclass

from app.proposals.models import Proposal
from app.web.giving_panel import giving_panel
from app.web.rivals_panel import rivals_panel
from app.web.visit import Visit
from app.web.word_view import decision_panel
from app.web.works_panel import follow_view


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page: its template sees `panel`, the view."""

    template: str
    view: object


def panels_for(visit: Visit, proposal: Proposal) -> tuple[Panel, ...]:
    """The panels of a proposal's page, in their order."""
    found = (
        ("proposals/_rivals.html", rivals_panel(visit, proposal)),
        ("decisions/_panel.html", decision_panel(visit, proposal)),
        ("giving/_panel.html", giving_panel(visit, proposal)),
        ("followup/_panel.html", follow_view(visit, proposal)),
    )
    return tuple(Panel(template, view) for template, view in found if view)
