"""Every table of every room, for Alembic and for tests."""

from sqlmodel import SQLModel

from app.budget import giving_models, property_models, step_models, upload_models
from app.budget import models as budget
from app.core import models as core
from app.decisions import models as decisions
from app.followup import models as followup
from app.ledger import models as ledger
from app.notices import models as notices
from app.people import models as people
from app.people import office_models, phone_models, roll_models
from app.places import models as places
from app.proposals import models as proposals
from app.rounds import models as rounds
from app.voting import list_models
from app.voting import models as voting

__all__ = ["metadata"]

ROOMS = (
    *(core, ledger, places, people, roll_models, phone_models, office_models, notices),
    *(budget, giving_models, property_models, step_models, upload_models),
    *(rounds, proposals, voting, list_models, decisions, followup),
)
metadata = SQLModel.metadata
