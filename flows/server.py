"""Which Prefect server is configured, and does it answer. Prefect itself is not imported for it."""

import os
import tomllib
import urllib.error
import urllib.request
from pathlib import Path


def prefect_url() -> str | None:
    """Address of the configured Prefect server, from the environment or the active profile.

    Read without importing Prefect, which takes two seconds.
    """
    if url := os.environ.get("PREFECT_API_URL"):
        return url
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    path = Path(os.environ.get("PREFECT_PROFILES_PATH", home / "profiles.toml"))
    try:
        profiles = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    active = os.environ.get("PREFECT_PROFILE", profiles.get("active", ""))
    url = profiles.get("profiles", {}).get(active, {}).get("PREFECT_API_URL")
    return str(url) if url else None


def answers(url: str) -> bool:
    """Something answers at a server's address, be it to say no."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=10):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False
