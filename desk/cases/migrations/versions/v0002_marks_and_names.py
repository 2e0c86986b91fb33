"""What people tick off in a case, and the host names that it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "case_marks",
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "kind", "key", name="pk_case_marks"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_marks_case_id"),
    )
    op.create_table(
        "case_names",
        sa.Column("case_id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(253), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "name", name="pk_case_names"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_names_case_id"),
    )
    op.create_index("ix_case_names_name", "case_names", ["name"])
