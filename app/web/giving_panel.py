"""What neighbours give to a project, beside it on its page; what of it is still missing."""

from dataclasses import dataclass

from app.budget.giving_queries import towards
from app.budget.property_queries import built_by_income
from app.proposals.models import Proposal
from app.proposals.pledges import why_not_pledge_to
from app.rounds.models import Round
from app.web.frame import Link
from app.web.giving_view import pledge_link
from app.web.priced import in_all, missing_words
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class GivingPanel:
    """Contributions to one project."""

    rows: tuple[tuple[str, str, bool], ...]
    in_all: str
    missing: str  # what the price counted on and has not come
    pledge: Link | None
    all: Link
    built_by: tuple[Link, ...]  # communal property whose income helped to build it


def giving_panel(visit: Visit, proposal: Proposal) -> GivingPanel | None:
    """The panel; None where nobody gave and nobody can."""
    session, district = visit.session, visit.district
    found = towards(session, district_id=district.id, proposal_id=proposal.id)
    of = session.get_one(Round, proposal.round_id)
    open_ = why_not_pledge_to(proposal, of) is None
    built = built_by_income(session, district_id=district.id, proposal_id=proposal.id)
    if not (found.count or open_ or built or proposal.cofinanced):
        return None
    say = translations(visit.lang).gettext
    rows = []
    if found.count:
        rows = [
            (say(N_("Pledged")), formats.tenge(found.pledged), True),
            (say(N_("Received")), formats.tenge(found.received), False),
            (say(N_("Spent")), formats.tenge(found.spent), False),
        ]
    return GivingPanel(
        rows=tuple(rows),
        in_all=in_all(visit.lang, price=proposal.price or 0, cofinanced=proposal.cofinanced),
        missing=missing_words(
            visit.lang, cofinanced=proposal.cofinanced, come=found.received - found.returned
        ),
        pledge=pledge_link(visit, proposal.number or "") if open_ else None,
        all=Link(f"{visit.here}/contributions", say(N_("All contributions"))),
        built_by=tuple(
            Link(
                f"{visit.here}/property/{one.number}",
                f"{visit.in_lang(one, 'name')}, {year.year}",
            )
            for one, year in built
        ),
    )
