"""When each file first came: one line of JSON for each file and source, in the raw store.

The day is kept with the raw files, so that a run that is made again gives the same.
"""

import json
from datetime import date
from types import TracebackType

from screening.warehouse.state import State


class Receipts:
    """The receipts of a state folder, for the length of a ``with`` block.

    A line is written as soon as a file is kept. One that is damaged (a run was killed while it was
    written) is passed over: the file then counts as new.
    """

    def __init__(self, state: State) -> None:
        self._path = state.raw / "receipts.jsonl"
        self._received: dict[tuple[str, str], date] = {}
        self._sizes: set[int] = set()

    def __enter__(self) -> "Receipts":
        content = self._path.read_bytes() if self._path.is_file() else b""
        for line in content.decode("utf-8", "replace").splitlines():
            try:
                told = json.loads(line)
                place = (str(told["sha256"]), str(told["source"]))
                self._received.setdefault(place, date.fromisoformat(told["received_on"]))
                self._sizes.add(int(told["size"]))
            except (ValueError, TypeError, KeyError):
                continue
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = self._path.open("a", encoding="utf-8", buffering=1)
        if content and not content.endswith(b"\n"):
            self._stream.write("\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def has_one_as_large(self, size: int) -> bool:
        """Whether a file of so many bytes came before this run."""
        return size in self._sizes

    def received_on(self, sha256: str, source: str, name: str, size: int, today: date) -> date:
        """The day on which a file first came for a source: ``today`` where it is new."""
        place = (sha256, source)
        if place not in self._received:
            receipt = {
                "sha256": sha256,
                "source": source,
                "name": name,
                "size": size,
                "received_on": today.isoformat(),
            }
            self._stream.write(json.dumps(receipt, ensure_ascii=False) + "\n")
            self._received[place] = today
        return self._received[place]
