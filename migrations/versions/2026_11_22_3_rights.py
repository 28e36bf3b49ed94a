"""3 rights.

Revision: rights
Before: followup
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import app.core.database

revision = "rights"
down_revision = "followup"
branch_labels = None
depends_on = None

# On SQLite a CHECK changes by making the table anew: the whole of it, then its indexes.
OFFICE = """
CREATE TABLE office_new (
	id VARCHAR NOT NULL,
	official_id VARCHAR NOT NULL,
	role VARCHAR NOT NULL,
	district_id VARCHAR,
	raion_kato VARCHAR,
	constituency JSON NOT NULL,
	by_order VARCHAR NOT NULL,
	since DATE NOT NULL,
	until DATE,
	CONSTRAINT pk_office PRIMARY KEY (id),
	CONSTRAINT ck_office_role CHECK (role IN ('clerk', 'akim', 'maslikhat', 'maslikhat-office', 'raion-office', 'observer', 'operator')),
	CONSTRAINT ck_office_district CHECK ((role IN ('clerk', 'akim')) = (district_id IS NOT NULL)),
	CONSTRAINT ck_office_raion CHECK ((role IN ('maslikhat', 'maslikhat-office', 'raion-office')) = (raion_kato IS NOT NULL)),
	CONSTRAINT ck_office_term CHECK (until IS NULL OR until >= since),
	CONSTRAINT fk_office_official_id FOREIGN KEY(official_id) REFERENCES official (id),
	CONSTRAINT fk_office_district_id FOREIGN KEY(district_id) REFERENCES district (id),
	CONSTRAINT fk_office_raion_kato FOREIGN KEY(raion_kato) REFERENCES place (kato)
)
"""
ROLL_ENTRY = """
CREATE TABLE roll_entry_new (
	id VARCHAR NOT NULL,
	district_id VARCHAR NOT NULL,
	person_id VARCHAR NOT NULL,
	settlement_id VARCHAR NOT NULL,
	import_id VARCHAR,
	basis VARCHAR NOT NULL,
	added_on DATE NOT NULL,
	removed_on DATE,
	removed_why VARCHAR NOT NULL,
	removed_note VARCHAR NOT NULL,
	CONSTRAINT pk_roll_entry PRIMARY KEY (id),
	CONSTRAINT fk_roll_entry_district_id_settlement_id FOREIGN KEY(district_id, settlement_id) REFERENCES settlement (district_id, id),
	CONSTRAINT ck_roll_entry_removed_why CHECK (removed_why IN ('', 'moved', 'died', 'mistake', 'list', 'raion', 'other')),
	CONSTRAINT ck_roll_entry_removed CHECK ((removed_on IS NULL) = (removed_why = '')),
	CONSTRAINT fk_roll_entry_district_id FOREIGN KEY(district_id) REFERENCES district (id),
	CONSTRAINT fk_roll_entry_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_roll_entry_import_id FOREIGN KEY(import_id) REFERENCES roll_import (id)
)
"""
CHECKS = (
    (
        "office",
        "ck_office_role",
        "role IN ('clerk', 'akim', 'maslikhat', 'maslikhat-office', 'raion-office', 'observer', 'operator')",
    ),
    (
        "office",
        "ck_office_raion",
        "(role IN ('maslikhat', 'maslikhat-office', 'raion-office')) = (raion_kato IS NOT NULL)",
    ),
    (
        "roll_entry",
        "ck_roll_entry_removed_why",
        "removed_why IN ('', 'moved', 'died', 'mistake', 'list', 'raion', 'other')",
    ),
)


def widen_checks() -> None:
    """A new office (the raion's), and two new reasons to be taken off a roll."""
    if op.get_bind().dialect.name != "sqlite":
        for table, name, check in CHECKS:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({check})")
        return
    inspector = sa.inspect(op.get_bind())
    for table, made in (("office", OFFICE), ("roll_entry", ROLL_ENTRY)):
        indexes = (
            op.get_bind()
            .execute(
                sa.text(
                    "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :t AND sql IS NOT NULL"
                ),
                {"t": table},
            )
            .scalars()
            .all()
        )
        columns = ", ".join(one["name"] for one in inspector.get_columns(table))
        op.execute(made)
        op.execute(f"INSERT INTO {table}_new ({columns}) SELECT {columns} FROM {table}")
        op.execute(f"DROP TABLE {table}")
        op.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
        for index in indexes:
            op.execute(index)


def take_residents_out_of_the_record() -> None:
    """The record named a proposal's author; the proposal does, where the name can be taken off."""
    bind = op.get_bind()
    sqlite = bind.dialect.name == "sqlite"
    trigger = "entry_no_update"
    if sqlite:
        made = bind.execute(
            sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name"),
            {"name": trigger},
        ).scalar_one()
        op.execute(f"DROP TRIGGER {trigger}")
    else:
        op.execute(f"ALTER TABLE entry DISABLE TRIGGER {trigger}")
    entry = sa.table(
        "entry",
        sa.column("id"),
        sa.column("office"),
        sa.column("by_name"),
        sa.column("kind"),
        sa.column("facts", sa.JSON),
    )
    bind.execute(entry.update().where(entry.c.office == "resident").values(by_name=""))
    filed = bind.execute(
        sa.select(entry.c.id, entry.c.facts).where(entry.c.kind == "proposals.filed")
    ).all()
    for one, facts in filed:
        kept = {name: value for name, value in facts.items() if name != "author"}
        bind.execute(entry.update().where(entry.c.id == one).values(facts=kept))
    op.execute(made if sqlite else f"ALTER TABLE entry ENABLE TRIGGER {trigger}")


def upgrade() -> None:
    take_residents_out_of_the_record()
    widen_checks()
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "key_challenge",
        sa.Column("sign_in_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sign_in_id", "purpose", name=op.f("pk_key_challenge")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_outbox_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_next_at"), ["next_at"], unique=False)

    op.create_table(
        "state_start",
        sa.Column("state_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("browser_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("state_sha256", name=op.f("pk_state_start")),
    )
    op.create_table(
        "tally",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "day", name=op.f("pk_tally")),
    )
    op.create_table(
        "factor",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("official_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("credential_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("added_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("proved_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("used_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('totp', 'codes', 'key')", name=op.f("ck_factor_kind")),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_factor_official_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor")),
    )
    with op.batch_alter_table("factor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_factor_official_id"), ["official_id"], unique=False)
        batch_op.create_index(
            "uq_factor_credential",
            ["credential_id"],
            unique=True,
            sqlite_where=sa.text("credential_id IS NOT NULL"),
            postgresql_where=sa.text("credential_id IS NOT NULL"),
        )

    op.create_table(
        "notice_choice",
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("shared_too", sa.Boolean(), nullable=False),
        sa.Column("lang", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("channel IN ('page', 'sms')", name=op.f("ck_notice_choice_channel")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "person_phone",
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("needs_card", sa.Boolean(), nullable=False),
        sa.Column("added_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("added_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_phone_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_phone")),
    )
    with op.batch_alter_table("person_phone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_phone_phone_mac"), ["phone_mac"], unique=False)

    op.create_table(
        "phone_code",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("browser_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("code_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("proved_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("used_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign-in', 'set-phone')", name=op.f("ck_phone_code_purpose")
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_phone_code_tries")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_phone_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_code")),
    )
    with op.batch_alter_table("phone_code", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_phone_code_browser_sha256"), ["browser_sha256"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_phone_code_phone_mac_made_at"), ["phone_mac", "made_at"], unique=False
        )

    op.create_table(
        "state_identity",
        sa.Column("issuer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_state_identity_person_id")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject_mac", name=op.f("pk_state_identity")),
    )
    with op.batch_alter_table("state_identity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_state_identity_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "consent",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("act", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("first_office", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("second_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("second_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("second_office", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settled_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'agreed', 'done', 'refused', 'taken_back', 'expired')",
            name=op.f("ck_consent_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'done') OR second_id IS NOT NULL",
            name=op.f("ck_consent_agreed"),
        ),
        sa.CheckConstraint(
            "second_id IS NULL OR second_id <> first_id", name=op.f("ck_consent_two")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_consent_district_id")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["official.id"], name=op.f("fk_consent_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["official.id"], name=op.f("fk_consent_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_district_id_state"), ["district_id", "state"], unique=False
        )

    op.create_table(
        "named_second",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("official_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("named_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("named_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_named_second_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_named_second_official_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_second")),
    )
    with op.batch_alter_table("named_second", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_named_second_district_id"), ["district_id"], unique=False
        )

    op.create_table(
        "one_time_code",
        sa.Column("factor_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("used_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["factor_id"], ["factor.id"], name=op.f("fk_one_time_code_factor_id")
        ),
        sa.PrimaryKeyConstraint("factor_id", "code_mac", name=op.f("pk_one_time_code")),
    )
    op.create_table(
        "roll_claim",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("lang", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("filed_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (verdict = '')", name=op.f("ck_roll_claim_answered")
        ),
        sa.CheckConstraint(
            "kind IN ('missing', 'wrong', 'stranger')", name=op.f("ck_roll_claim_kind")
        ),
        sa.CheckConstraint(
            "verdict IN ('', 'granted', 'refused')", name=op.f("ck_roll_claim_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_roll_claim_district_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roll_claim_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_claim")),
        sa.UniqueConstraint("district_id", "number", name=op.f("uq_roll_claim_district_id_number")),
    )
    op.create_table(
        "roll_conflict",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stands_in", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settled_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settled_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (verdict = '')", name=op.f("ck_roll_conflict_settled")
        ),
        sa.CheckConstraint(
            "verdict IN ('', 'moves', 'stays')", name=op.f("ck_roll_conflict_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_roll_conflict_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_roll_conflict_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["stands_in"], ["district.id"], name=op.f("fk_roll_conflict_stands_in")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_conflict")),
    )
    with op.batch_alter_table("roll_conflict", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roll_conflict_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_roll_conflict_stands_in"), ["stands_in"], unique=False)
        batch_op.create_index(
            "uq_roll_conflict_open",
            ["person_id", "district_id"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "roll_draft",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("official_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("legal_basis", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("file_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_roll_draft_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_roll_draft_official_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_draft")),
    )
    with op.batch_alter_table("roll_draft", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roll_draft_district_id"), ["district_id"], unique=False
        )

    op.create_table(
        "roll_lock",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("until", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_roll_lock_district_id")
        ),
        sa.PrimaryKeyConstraint("district_id", "round_id", name=op.f("pk_roll_lock")),
    )
    op.create_table(
        "desk_question",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_desk_question_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_desk_question_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_question")),
    )
    with op.batch_alter_table("desk_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_desk_question_district_id_at"), ["district_id", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_desk_question_person_id"), ["person_id"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("opened_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settled_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("settled_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (outcome = '')", name=op.f("ck_dispute_settled")
        ),
        sa.CheckConstraint(
            "outcome IN ('', 'replaced', 'own', 'foreign')", name=op.f("ck_dispute_outcome")
        ),
        sa.CheckConstraint(
            "settled_by IS NULL OR settled_by <> opened_by", name=op.f("ck_dispute_two")
        ),
        sa.CheckConstraint(
            "settled_at IS NOT NULL OR person_id IS NOT NULL", name=op.f("ck_dispute_whose")
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_dispute_district_id_round_id"),
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["official.id"], name=op.f("fk_dispute_opened_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dispute_person_id")),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["official.id"], name=op.f("fk_dispute_settled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(
            "uq_dispute_open",
            ["round_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "invitation",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("token_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("full_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("raion_kato", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("constituency", sa.JSON(), nullable=False),
        sa.Column("by_order", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("official_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("consent_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("invited_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('clerk', 'akim', 'maslikhat', 'maslikhat-office', 'raion-office', 'observer', 'operator')",
            name=op.f("ck_invitation_role"),
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_invitation_term")),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_invitation_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_invitation_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_invitation_official_id")
        ),
        sa.ForeignKeyConstraint(
            ["raion_kato"], ["place.kato"], name=op.f("fk_invitation_raion_kato")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitation_token_sha256")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_invitation_raion_kato"), ["raion_kato"], unique=False)

    op.create_table(
        "roll_change",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("import_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_roll_change_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roll_import.id"], name=op.f("fk_roll_change_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_roll_change_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_change")),
    )
    with op.batch_alter_table("roll_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roll_change_district_id_person_id"),
            ["district_id", "person_id"],
            unique=False,
        )

    op.create_table(
        "roll_closing",
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("closed_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("first_size", sa.Integer(), nullable=False),
        sa.Column("first_root", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("by_settlement", sa.JSON(), nullable=False),
        sa.CheckConstraint("size >= 0 AND first_size >= 0", name=op.f("ck_roll_closing_size")),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_roll_closing_district_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_roll_closing")),
    )
    op.create_table(
        "told",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("told_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("of_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_told_district_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "round_id", "told_key", name=op.f("pk_told")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voter",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settlement_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("pseudonym", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_voter_district_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "settlement_id"],
            ["settlement.district_id", "settlement.id"],
            name=op.f("fk_voter_district_id_settlement_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_voter_person_id")),
        sa.PrimaryKeyConstraint("district_id", "round_id", "person_id", name=op.f("pk_voter")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("group_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(sa.Column("qr_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=True))

    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("before_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("after_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.create_index(
            batch_op.f("ix_entry_district_id_at"), ["district_id", "at"], unique=False
        )

    with op.batch_alter_table("roll_import", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "legal_basis", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False
            )
        )
        batch_op.add_column(sa.Column("changed", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("gone", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("roll_shown_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("held_at", app.core.database.UTCDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("held_until", app.core.database.UTCDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("held_why_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("held_why_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("cancelled_at", app.core.database.UTCDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("cancelled_why_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )
        batch_op.add_column(
            sa.Column("cancelled_why_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
        )

    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("how", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("needs_second", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    # ### end Alembic commands ###


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward; restore a backup instead")
