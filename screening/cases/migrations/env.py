"""How Alembic reaches the database: over the connection, and in the transaction, it is given."""

from alembic import context

from screening.cases.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a table by making it anew.
    render_as_batch=True,
)
context.run_migrations()
