"""Reference files that several parts of matching read: words, legal forms, mail providers."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from screening.places import REFERENCE_DIR


@cache
def _loaded(name: str) -> object:
    text = (REFERENCE_DIR / f"{name}.yaml").read_text(encoding="utf-8")
    # Safe as well, and ten times as fast.
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def read_reference(name: str) -> dict[str, Any]:
    """The entries of ``data/reference/<name>.yaml``.

    Raises:
        TypeError: the file holds no mapping.
    """
    loaded = _loaded(name)
    if not isinstance(loaded, dict):
        raise TypeError(f"{name}.yaml: a mapping is wanted, not {type(loaded).__name__}")
    return dict(loaded)


def listed(entry: Mapping[str, object], name: str) -> list[str]:
    """The list ``name`` of an entry, empty where there is none.

    Raises:
        TypeError: there is something else than a list.
    """
    found = entry.get(name, [])
    if not isinstance(found, list):
        raise TypeError(f"{name}: a list is wanted, not {found!r}")
    return [str(item) for item in found]


@cache
def mail_providers() -> tuple[str, ...]:
    """Domains under which anybody may have an address."""
    return tuple(sorted(listed({"domains": _loaded("mail_providers")}, "domains")))
