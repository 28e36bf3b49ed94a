"""2 followup.

Revision: followup
Before: ground
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import app.core.database

revision = "followup"
down_revision = "ground"
branch_labels = None
depends_on = None

SQLITE = [
    "CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment\nBEGIN SELECT RAISE(ABORT, 'payment is append-only'); END",
    "CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment\nBEGIN SELECT RAISE(ABORT, 'payment is append-only'); END",
]
POSTGRESQL = [
    "CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment\nFOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment\nFOR EACH ROW EXECUTE FUNCTION refuse_change()",
]


def upgrade() -> None:

    op.create_table(
        "question",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposal_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_office_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lang", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer_lang", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("verdict_why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("closed_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'accepted', 'not_accepted')",
            name=op.f("ck_question_state"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_office_id"], ["office.id"], name=op.f("fk_question_asked_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "proposal_id"],
            ["proposal.district_id", "proposal.id"],
            name=op.f("fk_question_district_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_question_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_question_district_id_state"), ["district_id", "state"], unique=False
        )

    op.create_table(
        "works",
        sa.Column("proposal_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("late_why_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("late_why_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ready_on", sa.Date(), nullable=True),
        sa.Column("contractor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract_number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contract", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("contract IS NULL OR contract >= 0", name=op.f("ck_works_contract")),
        sa.CheckConstraint("planned >= 0", name=op.f("ck_works_planned")),
        sa.ForeignKeyConstraint(
            ["district_id", "proposal_id"],
            ["proposal.district_id", "proposal.id"],
            name=op.f("fk_works_district_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_works")),
        sa.UniqueConstraint(
            "district_id", "proposal_id", name=op.f("uq_works_district_id_proposal_id")
        ),
    )
    op.create_table(
        "payment",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposal_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("document", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_payment_amount")),
        sa.ForeignKeyConstraint(
            ["district_id", "proposal_id"],
            ["works.district_id", "works.proposal_id"],
            name=op.f("fk_payment_district_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payment_district_id_proposal_id"),
            ["district_id", "proposal_id"],
            unique=False,
        )

    op.create_table(
        "plea",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposal_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lang", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("question_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id", "proposal_id"],
            ["proposal.district_id", "proposal.id"],
            name=op.f("fk_plea_district_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plea_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_plea_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plea")),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f("uq_plea_proposal_id_person_id")),
    )
    with op.batch_alter_table("plea", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plea_district_id"), ["district_id"], unique=False)

    op.create_table(
        "sighting",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposal_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seen", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "seen IN ('built', 'partly', 'not_built')", name=op.f("ck_sighting_seen")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "proposal_id"],
            ["works.district_id", "works.proposal_id"],
            name=op.f("fk_sighting_district_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "person_mac", name=op.f("pk_sighting")),
    )
    op.create_table(
        "work_step",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposal_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('procurement', 'contract', 'works', 'acceptance')",
            name=op.f("ck_work_step_stage"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "proposal_id"],
            ["works.district_id", "works.proposal_id"],
            name=op.f("fk_work_step_district_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "stage", name=op.f("pk_work_step")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("correction", sa.JSON(none_as_null=True), nullable=True))

    # Triggers are not seen by autogenerate: written by hand. These tables are append-only.
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL:
            op.execute(statement)
    else:
        for statement in SQLITE:
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward; restore a backup instead")
