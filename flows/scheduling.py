"""The schedule: Monday 06:00 in Stockholm, daylight saving time included."""

from pathlib import Path

from prefect.schedules import Cron

from flows.weekly import weekly

MONDAY_MORNING = "0 6 * * 1"
TIMEZONE = "Europe/Stockholm"


def serve_weekly(
    inbox: Path, out: Path, state: Path, cron: str = MONDAY_MORNING, *, pause_on_shutdown: bool
) -> None:
    """Register the weekly flow with the configured Prefect server and run it when it is due.

    Blocks until stopped. At most one run at a time; runs that were missed are made up one by one,
    each replacing its own week's list.
    """
    weekly.serve(
        name="weekly",
        schedule=Cron(cron, timezone=TIMEZONE),
        limit=1,
        pause_on_shutdown=pause_on_shutdown,
        parameters={"inbox": str(inbox), "out": str(out), "state": str(state)},
    )
