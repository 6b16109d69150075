"""What goes wrong from outside, told in one plain sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import duckdb
import typer

from screening import terminal
from screening.commands.options import Language
from screening.messages import text
from screening.warehouse.lock import StateBusyError


def stop(message: str) -> NoReturn:
    terminal.error(message)
    raise typer.Exit(1)


def sentence_for(error: Exception, language: Language) -> str | None:
    """What went wrong from outside, in one sentence; None for what is nobody's fault but ours."""
    from screening.cases.database import CasesError
    from screening.demo.inbox import InboxInUseError
    from screening.reports.findings_to_decide import NotToDecideError
    from screening.reports.quarantine_list import QuarantineWorkError
    from screening.reports.readback import LabelsError, NothingPublishedError
    from screening.scoring.policy import PolicyFileError
    from screening.scoring.weights import TooFewLabelsError
    from screening.sources.contracts import ContractFileError
    from screening.sources.mappings import MappingFileError
    from screening.warehouse.receiving import NoInboxError

    if isinstance(error, StateBusyError):
        owner = {name: error.owner.get(name, "?") for name in ("pid", "host", "since")}
        return text("cli.state_busy", language, folder=error.folder, **owner)
    plain = NothingPublishedError | QuarantineWorkError | CasesError | NotToDecideError
    if isinstance(error, plain):
        return error.sentence(language)
    if isinstance(error, TooFewLabelsError):
        return text("policy.too_few_labels", language, **error.values)
    if isinstance(error, PolicyFileError):
        return error.sentence(language)
    if isinstance(error, NoInboxError):
        return text("cli.no_inbox", language, folder=error.filename)
    if isinstance(error, MappingFileError):
        return error.sentence(language)
    detail = terminal.first_line(error)
    if isinstance(error, InboxInUseError | LabelsError | ContractFileError):
        return text("cli.wrong_file", language, detail=detail)
    if isinstance(error, FileNotFoundError):
        return text("cli.no_file", language, detail=error.filename or detail)
    if isinstance(error, duckdb.Error):
        return text("cli.database", language, detail=detail.rstrip("."))
    return text("cli.system", language, detail=detail) if isinstance(error, OSError) else None


@contextmanager
def told_plainly(language: Language) -> Iterator[None]:
    """What can go wrong from outside is told in one sentence, not as a traceback."""
    try:
        yield
    except Exception as error:
        sentence = sentence_for(error, language)
        if sentence is None:
            raise
        stop(sentence)
