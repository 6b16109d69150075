"""Reading ahead: the next parts of a file are read while the last ones are stored."""

from collections.abc import Generator, Iterator
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

_Item = TypeVar("_Item")


class _Ended:
    """Comes after the last item, with what stopped the reading, if anything did."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def prefetched(items: Iterator[_Item], ahead: int = 2) -> Generator[_Item]:
    """The same items in the same order, up to ``ahead`` of them made in advance by a thread.

    What the making raises is raised here, after the items before it. Where the caller stops early
    (``close``), the thread ends with the item that it is at.
    """
    queue: Queue[_Item | _Ended] = Queue(maxsize=ahead)
    stop = Event()

    def fill() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                queue.put(item)
                if stop.is_set():
                    break
        except BaseException as raised:
            error = raised
        queue.put(_Ended(error))

    thread = Thread(target=fill, name="reading ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := queue.get(), _Ended):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        while thread.is_alive():
            # A thread that waits to put its item down must be let go.
            while not queue.empty():
                queue.get_nowait()
            thread.join(timeout=0.01)
