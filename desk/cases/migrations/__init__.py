"""The migrations of the case store, oldest first, for Alembic."""
