"""Where the files that ship with vaksam lie: rules, contracts, mappings, reference tables, texts.

In a checkout they are the top-level folders ``rules/`` and ``data/``; in an installed wheel they
are packed under ``screening/bundled/``.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_BUNDLED = _PACKAGE / "bundled"
_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent

RULES_DIR = _ROOT / "rules"
CONTRACTS_DIR = _ROOT / "data" / "contracts"
MAPPINGS_DIR = _ROOT / "data" / "sources"
REFERENCE_DIR = _ROOT / "data" / "reference"
MESSAGES_DIR = _ROOT / "data" / "messages"
DEMO_DIR = _ROOT / "data" / "demo"
DEFAULT_STATE_DIR = Path("data/var")
