"""Publishing a draft: which step it is, the paper behind it, and why there is a new version."""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, Field

from app.budget.actions import Act
from app.budget.models import PLAN, BudgetVersion, Kind
from app.budget.rules import STEPS
from app.web.budget_view import version_title
from app.web.forms import Day
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations

HINTS = {
    Kind.DRAFT: N_("The office's own draft, before the assembly"),
    Kind.AGREED: N_("The assembly of the local community agreed: number and date of its minutes"),
    Kind.AT_RAION: N_("The draft was sent to the raion"),
    Kind.APPROVED: N_("The maslikhat approved: number and date of its decision"),
    Kind.REFINED: N_("The maslikhat changed the approved budget: its decision, and what changes"),
}


class PublishForm(BaseModel):
    """What is said beside the sums when they are published."""

    kind: Kind = Kind.EXECUTED
    act_number: str = Field(default="", max_length=60)
    act_date: Day | None = None
    act_url: str = Field(default="", max_length=500, pattern=r"^(|https?://\S+)$")
    words_kk: str = Field(default="", max_length=600)
    words_ru: str = Field(default="", max_length=600)
    corrects: bool = False

    def act(self) -> Act:
        """The paper behind the version."""
        on: date | None = self.act_date
        return Act(self.act_number, on, self.act_url, self.words_kk, self.words_ru)


@dataclass(frozen=True, slots=True)
class PublishView:
    """What the form asks for."""

    kinds: tuple[tuple[str, str, str], ...]  # of a plan: value, words, hint
    before: int  # the newest version's number; 0: none
    before_title: str
    reason_only: bool  # a month that is published already: only why


def kinds_after(before: BudgetVersion | None) -> tuple[Kind, ...]:
    """The steps of a plan that can come now: forward, or the same again."""
    first = STEPS.index(Kind(before.kind)) if before else 0
    return STEPS[first:]


def usual_kind(before: BudgetVersion | None) -> Kind:
    """The step that most likely comes next."""
    if before is None:
        return Kind.DRAFT
    return STEPS[min(STEPS.index(Kind(before.kind)) + 1, len(STEPS) - 1)]


def publish_view(visit: Visit, before: BudgetVersion | None, *, month: int) -> PublishView:
    """The form for publishing what comes after this version."""
    say = translations(visit.lang).gettext
    kinds: tuple[tuple[str, str, str], ...] = ()
    if month == PLAN:
        kinds = tuple(
            (kind, phrases.label(f"budget.kind.{kind}", visit.lang), say(HINTS[kind]))
            for kind in kinds_after(before)
        )
    return PublishView(
        kinds=kinds,
        before=before.number if before else 0,
        before_title=version_title(before, visit.lang) if before else "",
        reason_only=month != PLAN and before is not None,
    )
