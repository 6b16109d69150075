"""The views that a rule's query may read, from ``views/catalog.yaml``."""

from functools import cache, cached_property
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from screening.strict_yaml import plain_yaml

Privacy = Literal["ordinary", "personal", "sensitive"]

#: What a column can tell about who a person is; see :mod:`.fairness`.
Tells = Literal["key", "name", "birth", "origin", "residence"]

#: Schema of the work database in which the views (and the tables on coverage) lie.
SCREEN = "screen"


class ViewColumn(BaseModel):
    """A column of a view: its DuckDB type, its privacy class, what it tells, what it means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    privacy: Privacy = "ordinary"
    tells: Tells | None = None
    doc: str = ""


class View(BaseModel):
    """A view: its name, what a row is, the sources behind it, and its columns in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    doc: str
    sources: tuple[str, ...] = ()
    columns: dict[str, ViewColumn] = Field(min_length=1)


class Catalog(RootModel[dict[str, View]]):
    """All views by name."""

    model_config = ConfigDict(frozen=True)

    def __hash__(self) -> int:
        return hash(tuple((name, *view.columns) for name, view in self.root.items()))

    @property
    def views(self) -> dict[str, View]:
        return self.root

    @cached_property
    def types(self) -> dict[str, dict[str, str]]:
        """DuckDB type of every column, per view."""
        return {
            name: {column: described.type for column, described in view.columns.items()}
            for name, view in self.root.items()
        }

    def privacy_of(self, view: str, column: str) -> Privacy:
        """Privacy class of a column; ``ordinary`` where the catalog has no such column."""
        described = self.root[view].columns.get(column) if view in self.root else None
        return described.privacy if described else "ordinary"

    def told_by(self, view: str, column: str) -> str | None:
        """What a column tells about who a person is: ``tells``, or ``sensitive``, or nothing."""
        described = self.root[view].columns.get(column) if view in self.root else None
        if described is None:
            return None
        return described.tells or ("sensitive" if described.privacy == "sensitive" else None)

    def create_statements(self, schema: str = SCREEN) -> list[str]:
        """SQL that creates every view as an empty table in ``schema`` (for rules' cases)."""
        return [
            f'CREATE TABLE {schema}."{name}" ('
            + ", ".join(f'"{column}" {type_}' for column, type_ in columns.items())
            + ")"
            for name, columns in self.types.items()
        ]


@cache
def load_catalog() -> Catalog:
    """The catalog that ships with vaksam."""
    path = files("screening.rules").joinpath("views", "catalog.yaml")
    return read_catalog(path.read_text(encoding="utf-8"))


def read_catalog(text: str) -> Catalog:
    """The catalog in YAML: view -> ``{doc, columns: {name: {type, privacy, doc}}}``."""
    loaded = plain_yaml(text)
    return Catalog.model_validate({name: {"name": name} | view for name, view in loaded.items()})
