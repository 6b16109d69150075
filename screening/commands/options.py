"""Options that several commands share, and what may stand in them."""

import getpass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer

from screening.places import RULES_DIR
from screening.rules.loading import NOT_RULES

Language = Literal["sv", "en"]


#: The greatest number that a database of decisions can give.
LAST_NUMBER = 2**31 - 1

By = Annotated[
    str | None,
    typer.Option(
        "--by",
        envvar="VAKSAM_USER",
        metavar="NAME",
        help="Who decides. Default: the user of this computer.",
    ),
]


def signed(by: str | None) -> str:
    """Who signs: as given, else the user of this computer."""
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without users
        return ""


def named_folder(written: str | Path) -> Path:
    """A folder, given or the default. An empty one (an unset variable) would mean the current."""
    if not str(written).strip():
        raise typer.BadParameter("is empty")
    return Path(written)


State = Annotated[
    Path,
    typer.Option(
        "--state",
        envvar="VAKSAM_STATE",
        help="State folder of this installation.",
        parser=named_folder,
        metavar="FOLDER",
    ),
]
Inbox = Annotated[
    Path,
    typer.Option(
        "--inbox",
        envvar="VAKSAM_INBOX",
        help="Folder with one folder per source.",
        parser=named_folder,
        metavar="FOLDER",
    ),
]
Out = Annotated[
    Path,
    typer.Option(
        "--out",
        envvar="VAKSAM_OUT",
        help="Folder that gets <ISO year>-W<week>/.",
        parser=named_folder,
        metavar="FOLDER",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="The day the run is for. Default: today."),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="Folder with rule files; may be repeated. Default: the shipped."),
]
Mappings = Annotated[
    list[Path] | None,
    typer.Option("--mappings", help="Folder with source mappings; may be repeated."),
]
Lang = Annotated[Language, typer.Option("--lang", envvar="VAKSAM_LANG", help="sv or en.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def day(written: str | None) -> date:
    if written is None:
        return datetime.now(ZoneInfo("Europe/Stockholm")).date()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise typer.BadParameter(f"{written!r} is not a date like 2026-11-20") from error


def folders(given: list[Path] | None, holds: str) -> tuple[Path, ...]:
    """The folders given, each of which must be there and hold what it is given for."""
    for folder in given or ():
        if not folder.is_dir():
            raise typer.BadParameter(f"there is no folder {folder}")
        if all(path.name in NOT_RULES for path in folder.glob(holds)):
            raise typer.BadParameter(f"the folder {folder} holds no {holds}")
    return tuple(given or ())


def rule_folders(given: list[Path] | None) -> tuple[Path, ...]:
    return folders(given, "**/*.y*ml") or (RULES_DIR,)


def check_apart(inbox: Path, **made: Path) -> None:
    """Refuse to write into the inbox: the next run would read what this one wrote."""
    for name, folder in made.items():
        if folder.resolve().is_relative_to(inbox.resolve()):
            raise typer.BadParameter(f"--{name} {folder} lies in the inbox {inbox}")
