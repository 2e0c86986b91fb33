"""Alembic's entry: runs migrations on the connection that `desk.cases.migrating` hands over."""

from alembic import context

from desk.cases.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
