"""Rule files to rules. A file that is not well formed never stops the others."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from screening.rules.model import Rule
from screening.strict_yaml import FastLoader, StrictLoader

#: Bytes that a rule file may have. The longest that people write are a tenth of this.
MAX_FILE_BYTES = 256 * 1024

#: Lists and fields inside each other that a rule file may have; cases need six.
_MOST_NESTED = 30

#: Files that lie among the rules and are not rules.
NOT_RULES = frozenset({"policy.yaml"})


@dataclass(frozen=True)
class FailedRule:
    """A rule that could not be read: its id (or the file's), the files, and a sentence why."""

    id: str
    files: tuple[str, ...]
    reason: str
    content_hash: str


@dataclass(frozen=True)
class RuleSet:
    """The rules of a run, in order of id; those that failed; and a hash of all of it.

    ``files`` gives each rule's file relative to the folder that it was loaded from.
    """

    rules: tuple[Rule, ...]
    failed: tuple[FailedRule, ...] = ()
    files: dict[str, str] = field(default_factory=dict)

    @cached_property
    def rules_hash(self) -> str:
        """sha256 over the content of every rule; files' names, order and layout do not matter."""
        return _sha256_of(
            sorted([rule.id, content_hash(rule)] for rule in self.rules)
            + sorted([failed.id, failed.content_hash] for failed in self.failed)
        )


@dataclass(frozen=True)
class _ReadFile:
    file: str
    stem: str
    rule: Rule | None
    reason: str
    content_hash: str


def _refuse_tricks(text: str) -> None:
    """No aliases (they can blow up), and nothing nested so deep that no person wrote it."""
    depth = 0
    for event in yaml.parse(text, Loader=FastLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _refused("aliases (*name) are not allowed", event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MOST_NESTED:
            raise _refused("nested too deeply", event)


def _refused(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    mark: Any = event.start_mark
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def load_rules(folders: Sequence[Path]) -> RuleSet:
    """Every rule file (``*.yaml``, ``*.yml``, sub-folders included) in ``folders``.

    A file that cannot be read becomes a :class:`FailedRule`. Where two files claim one id, none of
    them is used, for nobody could say which one holds. The result does not depend on the order of
    the folders or files.
    """
    read = [_read_file(path, folder) for folder, path in _rule_files(folders)]
    good = [entry for entry in read if entry.rule is not None]
    claimed = [entry.rule.id for entry in good if entry.rule is not None]
    twice = {rule_id for rule_id in claimed if claimed.count(rule_id) > 1}
    kept = sorted(
        ((entry.rule, entry.file) for entry in good if entry.rule and entry.rule.id not in twice),
        key=lambda pair: pair[0].id,
    )
    taken = set(claimed)
    failed = [_duplicated(rule_id, good) for rule_id in twice]
    failed += [_failed(entry, taken) for entry in read if entry.rule is None]
    return RuleSet(
        rules=tuple(rule for rule, _ in kept),
        failed=tuple(sorted(failed, key=lambda entry: (entry.id, entry.files))),
        files={rule.id: file for rule, file in kept},
    )


def overlaid(base: RuleSet, top: RuleSet) -> RuleSet:
    """``base`` with the rules of ``top`` in the place of those with the same id, and added to it.

    A file of ``top`` that could not be read takes its rule's place too: it must not pass unseen.
    """
    named = {rule.id for rule in top.rules} | {failed.id for failed in top.failed}
    rules = [rule for rule in base.rules if rule.id not in named] + list(top.rules)
    failed = [each for each in base.failed if each.id not in named] + list(top.failed)
    return RuleSet(
        rules=tuple(sorted(rules, key=lambda rule: rule.id)),
        failed=tuple(sorted(failed, key=lambda each: (each.id, each.files))),
        files={rule_id: file for rule_id, file in base.files.items() if rule_id not in named}
        | top.files,
    )


@lru_cache(maxsize=1024)
def read_rule(text: str) -> Rule:
    """The rule in a file's text. Read once: rules do not change, and many commands read them.

    Raises:
        ValueError: the text is not well-formed YAML or not a rule; the message says where and what.
    """
    try:
        _refuse_tricks(text)
        loaded = yaml.load(text, Loader=StrictLoader)  # noqa: S506 - a SafeLoader, made stricter
    except yaml.MarkedYAMLError as error:
        where = f" on line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ValueError(f"not well-formed YAML{where}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ValueError(f"not well-formed YAML: {error}") from error
    if not isinstance(loaded, dict):
        raise ValueError(  # noqa: TRY004 - the file is wrong, not the caller
            "a rule file holds fields (id, version, title, ...), this one does not"
        )
    try:
        return Rule.model_validate(loaded)
    except ValidationError as error:
        raise ValueError(_sentences(error)) from error
    except RecursionError as error:
        raise ValueError("the fields are nested too deeply") from error


def content_hash(rule: Rule) -> str:
    """sha256 over everything that the rule says, in one canonical form."""
    return _sha256_of(rule.model_dump(mode="json", by_alias=True))


def _rule_files(folders: Iterable[Path]) -> list[tuple[Path, Path]]:
    """Each file once, even where folders overlap, with the folder that it was found in."""
    found: dict[Path, tuple[Path, Path]] = {}
    for folder in sorted(set(folders)):
        for path in sorted(folder.rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if path.suffix not in {".yaml", ".yml"} or hidden or path.name in NOT_RULES:
                continue
            if path.is_file():
                found.setdefault(path.resolve(), (folder, path))
    return list(found.values())


def _read_file(path: Path, folder: Path) -> _ReadFile:
    file = _printable(path.relative_to(folder).as_posix())
    rule, content = None, b""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            reason = f"the file has {size} bytes, a rule may have {MAX_FILE_BYTES}"
            content = str(size).encode()
        else:
            content = path.read_bytes()
            rule, reason = read_rule(content.decode("utf-8-sig")), ""
    except OSError as error:
        reason = f"the file cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        reason = "the file is not text in UTF-8"
    except ValueError as error:
        reason = str(error)
    return _ReadFile(
        file=file,
        stem=_printable(path.stem),
        rule=rule,
        reason=reason,
        content_hash=hashlib.sha256(content).hexdigest(),
    )


def _printable(name: str) -> str:
    """A file's name as text that can be written out: names are bytes, and need not be text."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _failed(entry: _ReadFile, taken: set[str]) -> FailedRule:
    """Named after the file (``001-no-permit`` is ``no-permit``), unless a rule has that id."""
    name = entry.stem.lstrip("0123456789").lstrip("-") or entry.stem
    return FailedRule(
        id=entry.file if name in taken else name,
        files=(entry.file,),
        reason=f"{entry.file}: {entry.reason}",
        content_hash=entry.content_hash,
    )


def _duplicated(rule_id: str, read: Sequence[_ReadFile]) -> FailedRule:
    same = [entry for entry in read if entry.rule is not None and entry.rule.id == rule_id]
    files = tuple(sorted(entry.file for entry in same))
    return FailedRule(
        id=rule_id,
        files=files,
        reason=f"id: several files claim the id {rule_id!r}: {', '.join(files)}",
        content_hash=_sha256_of(sorted(entry.content_hash for entry in same)),
    )


def _sentences(error: ValidationError) -> str:
    """Errors of pydantic as ``field: what is wrong``, the first five of them."""
    found = []
    for problem in error.errors(include_url=False, include_input=False)[:5]:
        where = ".".join(str(part) for part in problem["loc"] if part != "function-after")
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = "no such field"
        elif problem["type"] == "missing":
            message = "is missing"
        found.append(f"{where}: {message}" if where else message)
    more = error.error_count() - len(found)
    return "; ".join(found) + (f"; and {more} more" if more > 0 else "")


def _sha256_of(value: object) -> str:
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
