"""SQL sent to an installation, whatever names its schemas have in this database."""

from typing import Any

from toolkit import db
from toolkit.context import App
from toolkit.db import Connection
from toolkit.installations import locate
from toolkit.project import Project
from toolkit.render import map_schemas


class Installed:
    """The installation behind a connection; what it sends is written with the toolkit's names.

    connection: autocommit, unless the caller opened a transaction. project: with the schema map.
    """

    def __init__(self, connection: Connection, project: Project) -> None:
        self.connection = connection
        self.project = project

    @classmethod
    def find(cls, app: App, connection: Connection) -> "Installed":
        """Return the installation of the database. Errors: Failure when there is none."""
        return cls(connection, locate(connection, Project(app.project)))

    def sql(self, text: str) -> str:
        """Return a statement with the schema names of this installation."""
        return map_schemas(text, self.project.schema_map)

    def call(self, function: str, *values: object) -> Any:
        """Return what a function answers: call("sync.enqueue", "quote", ["AAPL"])."""
        places = ", ".join(["%s"] * len(values))
        return self.scalar(f"select {function}({places})", *values)

    def scalar(self, query: str, *values: object) -> Any:
        """Return the first column of the first row, None when there is no row."""
        return db.scalar(self.connection, self.sql(query), *values)

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Return all rows as dictionaries by column name."""
        return db.rows(self.connection, self.sql(query), *values)
