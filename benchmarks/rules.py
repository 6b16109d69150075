"""Every rule over ten million invoice lines, views included, beside one bare GROUP BY.

    python -m benchmarks.rules [--invoices 10000000] [--suppliers 20000] [--top 15]

Makes the demo at that size and ingests and resolves it (kept in ``--folder`` for the next time);
then, in a process of its own, builds the views and runs all rules, and groups the invoice lines of
the same work file by supplier. Prints the machine, sizes, seconds of views and rules, the slowest
of each, the mean per rule with its share of the views, the ratios to the bare grouping, and the
peak memory.
"""

import argparse
import json
import statistics
import sys
import time
from datetime import date
from pathlib import Path

from benchmarks.machine import describe_machine, measure
from screening.places import RULES_DIR
from screening.rules.loading import load_rules
from screening.rules.running import run_rules
from screening.rules.untold_columns import asked_columns
from screening.rules.view_building import build_views
from screening.warehouse.connection import WORK_MEMORY_LIMIT, memory_limit, open_work
from screening.warehouse.state import State

_AS_OF = date(2026, 11, 20)
_BARE = "SELECT supplier_id, sum(amount_sek) FROM screen.invoice_lines GROUP BY supplier_id"
_BARE_RUNS = 5


def _prepared(folder: Path, suppliers: int, invoices: int) -> State:
    """A state folder with a demo of that size, resolved; made once."""
    named = folder / f"rules-{suppliers}-{invoices}"
    state, done = State(named / "state"), named / "resolved"
    if done.is_file():
        return state
    inbox = named / "inbox"
    as_of = _AS_OF.isoformat()
    sizes = ("--suppliers", str(suppliers), "--invoices", str(invoices), "--as-of", as_of)
    for arguments in (
        ("demo", str(inbox), "--labels", str(named / "labels.csv"), *sizes),
        ("ingest", "--inbox", str(inbox), "--state", str(state.folder), "--as-of", as_of),
    ):
        made = measure(sys.executable, "-m", "screening.cli", *arguments)
        if made.exit_code not in (0, 3):
            raise SystemExit(made.output)
        print(f"{arguments[0]} {made.seconds:.1f} s, peak {made.peak_mb:,.0f} MB")
    resolve = (
        "from datetime import date; from pathlib import Path;"
        "from screening.identity.stage import resolve_stage;"
        "from screening.warehouse.state import State; import sys;"
        "resolve_stage(State(Path(sys.argv[1])), date.fromisoformat(sys.argv[2]))"
    )
    made = measure(sys.executable, "-c", resolve, str(state.folder), as_of)
    if made.exit_code:
        raise SystemExit(made.output)
    print(f"resolve {made.seconds:.1f} s, peak {made.peak_mb:,.0f} MB")
    done.touch()
    return state


def _measured(folder: Path) -> None:
    """Build the views, run the rules, group the lines; one line of JSON tells of it."""
    state = State(folder)
    work = state.work / "benchmark_run.duckdb"
    work.unlink(missing_ok=True)
    rules = load_rules([RULES_DIR])
    started = time.perf_counter()
    with open_work(state, work) as connection:
        views = build_views(connection, _AS_OF, columns=asked_columns(rules.rules))
        views_s = time.perf_counter() - started
        bare = []
        for _ in range(_BARE_RUNS):
            began = time.perf_counter()
            connection.execute(_BARE).fetchall()
            bare.append(time.perf_counter() - began)
        ((lines, suppliers),) = connection.execute(
            "SELECT count(*), count(DISTINCT supplier_id) FROM screen.invoice_lines"
        ).fetchall()
    started = time.perf_counter()
    result = run_rules(work, rules, _AS_OF, memory_limit=memory_limit(WORK_MEMORY_LIMIT))
    rules_s = time.perf_counter() - started
    told = {
        "views_s": views_s,
        "rules_s": rules_s,
        "bare_s": statistics.median(bare),
        "lines": lines,
        "suppliers": suppliers,
        "views": views,
        "rules": dict(result.rules.select("rule_id", "seconds").iter_rows()),
        "failed": result.rules.filter(result.rules["status"] == "failed")["rule_id"].to_list(),
        "not_checked": result.rules.filter(result.rules["status"] == "not_checked")[
            "rule_id"
        ].to_list(),
    }
    work.unlink()
    print("told=" + json.dumps(told))


def _slowest(seconds: dict[str, float], top: int) -> str:
    ranked = sorted(seconds.items(), key=lambda item: -item[1])[:top]
    return ", ".join(f"{name} {took:.2f}" for name, took in ranked)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suppliers", type=int, default=20_000)
    parser.add_argument("--invoices", type=int, default=10_000_000)
    parser.add_argument("--top", type=int, default=15, help="how many of the slowest to name")
    parser.add_argument("--folder", type=Path, default=Path("data/var/bench"))
    parser.add_argument("--measure", type=Path, help="a resolved state folder: only measure")
    asked = parser.parse_args()
    if asked.measure:
        _measured(asked.measure)
        return
    state = _prepared(asked.folder, asked.suppliers, asked.invoices)
    done = measure(sys.executable, "-m", "benchmarks.rules", "--measure", str(state.folder))
    if done.exit_code:
        raise SystemExit(done.output)
    told = json.loads(done.output.split("told=", 1)[1].splitlines()[0])
    rules, bare = told["rules"], told["bare_s"]
    everything = told["views_s"] + told["rules_s"]
    mean, slowest = everything / len(rules), max(rules.values())
    print(describe_machine())
    print(f"{told['lines']:,} invoice lines, {told['suppliers']:,} suppliers, {len(rules)} rules")
    print(f"bare GROUP BY supplier     {bare:8.3f} s (median of {_BARE_RUNS})")
    print(f"views                      {told['views_s']:8.2f} s")
    print(f"  {_slowest(told['views'], asked.top)}")
    print(f"rules                      {told['rules_s']:8.2f} s")
    print(f"  {_slowest(rules, asked.top)}")
    print(f"mean per rule with views   {mean:8.3f} s   {mean / bare:6.1f} times bare")
    print(f"slowest rule               {slowest:8.3f} s   {slowest / bare:6.1f} times bare")
    print(
        f"whole process              {done.seconds:8.1f} s, peak {done.peak_mb:,.0f} MB, "
        f"{done.cpu_seconds:.1f} processor seconds"
    )
    for what in ("failed", "not_checked"):
        if told[what]:
            print(f"{what}: {', '.join(told[what])}")


if __name__ == "__main__":
    main()
