"""1 ground.

Revision: ground
Before:
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import app.core.database

revision = "ground"
down_revision = None
branch_labels = None
depends_on = None

SQLITE = [
    "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry\nBEGIN SELECT RAISE(ABORT, 'entry is append-only'); END",
    "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry\nBEGIN SELECT RAISE(ABORT, 'entry is append-only'); END",
    "CREATE TRIGGER count_outcome_no_update BEFORE UPDATE ON count_outcome\nBEGIN SELECT RAISE(ABORT, 'count_outcome is append-only'); END",
    "CREATE TRIGGER count_outcome_no_delete BEFORE DELETE ON count_outcome\nBEGIN SELECT RAISE(ABORT, 'count_outcome is append-only'); END",
    "CREATE TRIGGER word_no_update BEFORE UPDATE ON word\nBEGIN SELECT RAISE(ABORT, 'word is append-only'); END",
    "CREATE TRIGGER word_no_delete BEFORE DELETE ON word\nBEGIN SELECT RAISE(ABORT, 'word is append-only'); END",
]
POSTGRESQL = [
    "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry\nFOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry\nFOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER count_outcome_no_update BEFORE UPDATE ON count_outcome\nFOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER count_outcome_no_delete BEFORE DELETE ON count_outcome\nFOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER word_no_update BEFORE UPDATE ON word\nFOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER word_no_delete BEFORE DELETE ON word\nFOR EACH ROW EXECUTE FUNCTION refuse_change()",
]


def upgrade() -> None:

    op.create_table(
        "day_off",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_off")),
    )
    op.create_table(
        "mark",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "official",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("login", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("full_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("password_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("closed_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official")),
        sa.UniqueConstraint("login", name=op.f("uq_official_login")),
    )
    op.create_table(
        "person",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("iin_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("full_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_folded", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("of_age_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("iin_mac", name=op.f("uq_person_iin_mac")),
    )
    op.create_table(
        "place",
        sa.Column("kato", sqlmodel.sql.sqltypes.AutoString(length=9), nullable=False),
        sa.Column("parent_kato", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("level", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("short_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("short_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('oblast', 'raion', 'city', 'city_raion', 'rural_okrug', 'village', 'kent', 'town', 'aul', 'other')",
            name=op.f("ck_place_kind"),
        ),
        sa.CheckConstraint(
            "level IN ('oblast', 'raion', 'unit', 'settlement')", name=op.f("ck_place_level")
        ),
        sa.CheckConstraint("length(kato) = 9", name=op.f("ck_place_kato")),
        sa.ForeignKeyConstraint(["parent_kato"], ["place.kato"], name=op.f("fk_place_parent_kato")),
        sa.PrimaryKeyConstraint("kato", name=op.f("pk_place")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_parent_kato"), ["parent_kato"], unique=False)

    op.create_table(
        "tries",
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_tries")),
    )
    op.create_table(
        "district",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kato", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("raion_kato", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("short_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("short_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("raion_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("raion_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("oblast_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("oblast_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("opened_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["kato"], ["place.kato"], name=op.f("fk_district_kato")),
        sa.ForeignKeyConstraint(
            ["raion_kato"], ["place.kato"], name=op.f("fk_district_raion_kato")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint("kato", name=op.f("uq_district_kato")),
        sa.UniqueConstraint("slug", name=op.f("uq_district_slug")),
    )
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_district_raion_kato"), ["raion_kato"], unique=False)

    op.create_table(
        "card",
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("code_mac", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("issued_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("replaced_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_card_district_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_card_person_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_card")),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_district_id"), ["district_id"], unique=False)
        batch_op.create_index(
            "uq_card_person",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "district_fact",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_district_fact_amount")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_district_fact_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district_fact")),
        sa.UniqueConstraint(
            "district_id", "key", "year", name=op.f("uq_district_fact_district_id_key_year")
        ),
    )
    op.create_table(
        "entry",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("office", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_entry_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entry_district_id_round_id_number"),
            ["district_id", "round_id", "number"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_entry_district_id_subject_number"),
            ["district_id", "subject", "number"],
            unique=False,
        )

    op.create_table(
        "office",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("official_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("raion_kato", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("constituency", sa.JSON(), nullable=False),
        sa.Column("by_order", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(role IN ('clerk', 'akim')) = (district_id IS NOT NULL)",
            name=op.f("ck_office_district"),
        ),
        sa.CheckConstraint(
            "(role IN ('maslikhat', 'maslikhat-office')) = (raion_kato IS NOT NULL)",
            name=op.f("ck_office_raion"),
        ),
        sa.CheckConstraint(
            "role IN ('clerk', 'akim', 'maslikhat', 'maslikhat-office', 'observer', 'operator')",
            name=op.f("ck_office_role"),
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_office_term")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_office_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_office_official_id")
        ),
        sa.ForeignKeyConstraint(["raion_kato"], ["place.kato"], name=op.f("fk_office_raion_kato")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
    )
    with op.batch_alter_table("office", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_office_district_id"), ["district_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_office_official_id"), ["official_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_office_raion_kato"), ["raion_kato"], unique=False)

    op.create_table(
        "roll_import",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("by_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_roll_import_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_import")),
    )
    op.create_table(
        "round",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("budget_year", sa.Integer(), nullable=False),
        sa.Column("envelope", sa.BigInteger(), nullable=False),
        sa.Column("envelope_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("envelope_basis_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("envelope_basis_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("most_choices", sa.Integer(), nullable=False),
        sa.Column("nudge_choices", sa.Integer(), nullable=False),
        sa.Column("price_cap", sa.BigInteger(), nullable=True),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("counting_rule", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("who_proposes", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("show_turnout", sa.Boolean(), nullable=False),
        sa.Column("of_age_on", sa.Date(), nullable=False),
        sa.Column("roll_closes_on", sa.Date(), nullable=False),
        sa.Column("draw_day", sa.Date(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=True),
        sa.Column("rules_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("frozen_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("key_fingerprint", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("eligible", sa.Integer(), nullable=True),
        sa.Column("draw_value", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("confirmed_envelope", sa.BigInteger(), nullable=True),
        sa.Column("sealed_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("counted_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("minor_digits", sa.Integer(), nullable=False),
        sa.Column("imported_from", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("counting_rule IN ('most-votes')", name=op.f("ck_round_counting_rule")),
        sa.CheckConstraint(
            "envelope_kind IN ('indicative', 'confirmed')", name=op.f("ck_round_envelope_kind")
        ),
        sa.CheckConstraint("method IN ('approval')", name=op.f("ck_round_method")),
        sa.CheckConstraint("who_proposes IN ('roll')", name=op.f("ck_round_who_proposes")),
        sa.CheckConstraint("envelope > 0", name=op.f("ck_round_envelope")),
        sa.CheckConstraint("most_choices >= 1", name=op.f("ck_round_most_choices")),
        sa.CheckConstraint("price_cap IS NULL OR price_cap > 0", name=op.f("ck_round_price_cap")),
        sa.CheckConstraint("threshold >= 0", name=op.f("ck_round_threshold")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_round_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_round_district_id_id")),
        sa.UniqueConstraint("district_id", "key", name=op.f("uq_round_district_id_key")),
    )
    op.create_table(
        "settlement",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=9), nullable=False),
        sa.Column("name_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_settlement_district_id")
        ),
        sa.PrimaryKeyConstraint("district_id", "id", name=op.f("pk_settlement")),
    )
    op.create_table(
        "ballot",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ballot_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "channel = 'online' OR envelope IS NULL", name=op.f("ck_ballot_envelope")
        ),
        sa.CheckConstraint("channel IN ('online', 'paper')", name=op.f("ck_ballot_channel")),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_ballot_district_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "round_id", "ballot_key", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cast_key",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_cast_key_district_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "round_id", "key", name=op.f("pk_cast_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "count_outcome",
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("draw_value", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("outcome_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ballots_pb", sa.Text(), nullable=False),
        sa.Column("ballots_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ballots_size", sa.Integer(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_count_outcome_district_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_count_outcome")),
    )
    op.create_table(
        "counted_ballot",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_counted_ballot_district_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "round_id", "id", name=op.f("pk_counted_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paper_ballot",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("large", sa.Boolean(), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_paper_ballot_district_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("district_id", "round_id", "number", name=op.f("pk_paper_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "proposal",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("filed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("lang", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settlement_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("direction", sa.Integer(), nullable=True),
        sa.Column("estimate", sa.BigInteger(), nullable=True),
        sa.Column("contribution", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("search", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("started_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("state_number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("extended_until", sa.Date(), nullable=True),
        sa.Column("extended_why_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("extended_why_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("waiting_since", sa.Date(), nullable=True),
        sa.Column("answered_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("title_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("short_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("short_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("ballot_number", sa.Integer(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'draft') = (number IS NULL)", name=op.f("ck_proposal_number")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'returned', 'forwarded', 'refused', 'admitted', 'on_ballot', 'recommended', 'not_recommended', 'withdrawn')",
            name=op.f("ck_proposal_status"),
        ),
        sa.CheckConstraint(
            "direction IS NULL OR direction BETWEEN 1 AND 19", name=op.f("ck_proposal_direction")
        ),
        sa.CheckConstraint("estimate IS NULL OR estimate >= 0", name=op.f("ck_proposal_estimate")),
        sa.CheckConstraint("price IS NULL OR price > 0", name=op.f("ck_proposal_price")),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_proposal_district_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "settlement_id"],
            ["settlement.district_id", "settlement.id"],
            name=op.f("fk_proposal_district_id_settlement_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_proposal_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("district_id", "id", name=op.f("uq_proposal_district_id_id")),
        sa.UniqueConstraint("district_id", "number", name=op.f("uq_proposal_district_id_number")),
        sa.UniqueConstraint(
            "round_id", "ballot_number", name=op.f("uq_proposal_round_id_ballot_number")
        ),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_district_id_round_id_status"),
            ["district_id", "round_id", "status"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_proposal_person_id"), ["person_id"], unique=False)

    op.create_table(
        "roll_entry",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("settlement_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("import_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("basis", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("removed_why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("removed_note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "(removed_on IS NULL) = (removed_why = '')", name=op.f("ck_roll_entry_removed")
        ),
        sa.CheckConstraint(
            "removed_why IN ('', 'moved', 'died', 'mistake', 'other')",
            name=op.f("ck_roll_entry_removed_why"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "settlement_id"],
            ["settlement.district_id", "settlement.id"],
            name=op.f("fk_roll_entry_district_id_settlement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_roll_entry_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roll_import.id"], name=op.f("fk_roll_entry_import_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roll_entry_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entry")),
    )
    with op.batch_alter_table("roll_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roll_entry_district_id"), ["district_id"], unique=False
        )
        batch_op.create_index(
            "uq_roll_entry_person",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("removed_on IS NULL"),
            postgresql_where=sa.text("removed_on IS NULL"),
        )

    op.create_table(
        "sign_in",
        sa.Column("token_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("official_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("office_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", app.core.database.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (official_id IS NULL)", name=op.f("ck_sign_in_one")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_sign_in_office_id")),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_sign_in_official_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("id", name=op.f("uq_sign_in_id")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_official_id"), ["official_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "stage_start",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stage", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("starts_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('announced', 'proposals', 'review', 'voting', 'counting', 'results', 'assembly', 'decision', 'budget', 'works', 'evaluated')",
            name=op.f("ck_stage_start_stage"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_stage_start_district_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("round_id", "stage", name=op.f("pk_stage_start")),
        sa.UniqueConstraint(
            "round_id", "starts_at", name=op.f("uq_stage_start_round_id_starts_at")
        ),
    )
    op.create_table(
        "turnout",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("online", sa.Integer(), nullable=False),
        sa.Column("paper_issued", sa.Integer(), nullable=False),
        sa.Column("paper_counted", sa.Integer(), nullable=False),
        sa.Column("paper_spoiled", sa.Integer(), nullable=False),
        sa.Column("paper_unsettled", sa.Integer(), nullable=False),
        sa.Column("paper_missing", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_turnout_district_id_round_id"),
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_turnout")),
    )
    op.create_table(
        "paper_entry",
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("spoiled", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("reading BETWEEN 1 AND 3", name=op.f("ck_paper_entry_reading")),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id", "number"],
            ["paper_ballot.district_id", "paper_ballot.round_id", "paper_ballot.number"],
            name=op.f("fk_paper_entry_district_id_round_id_number"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["official.id"], name=op.f("fk_paper_entry_entered_by")
        ),
        sa.PrimaryKeyConstraint(
            "district_id", "round_id", "number", "reading", name=op.f("pk_paper_entry")
        ),
        sa.UniqueConstraint(
            "district_id",
            "round_id",
            "number",
            "entered_by",
            name=op.f("uq_paper_entry_district_id_round_id_number_entered_by"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "photo",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposal_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('proposal', 'works', 'scan')", name=op.f("ck_photo_kind")),
        sa.ForeignKeyConstraint(
            ["district_id", "proposal_id"],
            ["proposal.district_id", "proposal.id"],
            name=op.f("fk_photo_district_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_photo_district_id_proposal_id"),
            ["district_id", "proposal_id"],
            unique=False,
        )

    op.create_table(
        "review",
        sa.Column("proposal_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("prepared_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("prepared_at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("title_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("short_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("short_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("needed", sa.BigInteger(), nullable=True),
        sa.Column("available", sa.BigInteger(), nullable=True),
        sa.Column("went_to_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("went_to_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("again_on", sa.Date(), nullable=True),
        sa.Column("forward_to_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("forward_to_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict IN ('admit', 'return', 'forward', 'refuse')",
            name=op.f("ck_review_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "proposal_id"],
            ["proposal.district_id", "proposal.id"],
            name=op.f("fk_review_district_id_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_review")),
    )
    op.create_table(
        "assembly",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("names", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("chair", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("secretary", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("speeches_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("speeches_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scan_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("eligible > 0", name=op.f("ck_assembly_eligible")),
        sa.CheckConstraint("present BETWEEN 0 AND eligible", name=op.f("ck_assembly_present")),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_assembly_district_id_round_id"),
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["photo.id"], name=op.f("fk_assembly_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly")),
        sa.UniqueConstraint(
            "district_id",
            "round_id",
            "number",
            name=op.f("uq_assembly_district_id_round_id_number"),
        ),
    )
    op.create_table(
        "word",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("district_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("round_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposal_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("said", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("departs", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("words_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("words_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("act_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("act_number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("act_date", sa.Date(), nullable=True),
        sa.Column("scan_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("assembly_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("corrects_why_kk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("corrects_why_ru", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by_order", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", app.core.database.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "body IN ('assembly', 'akim', 'raion', 'maslikhat')", name=op.f("ck_word_body")
        ),
        sa.CheckConstraint("said IN ('agreed', 'part', 'declined')", name=op.f("ck_word_said")),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_word_amount")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_word_version")),
        sa.ForeignKeyConstraint(["assembly_id"], ["assembly.id"], name=op.f("fk_word_assembly_id")),
        sa.ForeignKeyConstraint(
            ["district_id", "proposal_id"],
            ["proposal.district_id", "proposal.id"],
            name=op.f("fk_word_district_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["district_id", "round_id"],
            ["round.district_id", "round.id"],
            name=op.f("fk_word_district_id_round_id"),
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["photo.id"], name=op.f("fk_word_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word")),
        sa.UniqueConstraint(
            "proposal_id", "body", "version", name=op.f("uq_word_proposal_id_body_version")
        ),
    )
    with op.batch_alter_table("word", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_word_district_id_round_id_body"),
            ["district_id", "round_id", "body"],
            unique=False,
        )

    # Triggers are not seen by autogenerate: written by hand. These tables are append-only.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS\n$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        for statement in POSTGRESQL:
            op.execute(statement)
    else:
        for statement in SQLITE:
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("migrations only go forward; restore a backup instead")
