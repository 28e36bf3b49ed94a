"""Every table of every room, for Alembic and for tests."""

from sqlmodel import SQLModel

from app.core import models as core
from app.decisions import models as decisions
from app.followup import models as followup
from app.ledger import models as ledger
from app.people import models as people
from app.places import models as places
from app.proposals import models as proposals
from app.rounds import models as rounds
from app.voting import models as voting

__all__ = ["metadata"]

ROOMS = (core, ledger, places, people, rounds, proposals, voting, decisions, followup)
metadata = SQLModel.metadata
