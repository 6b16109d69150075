"""Parts of a file worked on at the same time, their order kept."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

_Part = TypeVar("_Part")
_Made = TypeVar("_Made")

#: Polars works outside the interpreter's lock, so threads do; more of them hold more in memory.
_WORKERS = 2


def in_parallel(make: Callable[[_Part], _Made], parts: Iterator[_Part]) -> Iterator[_Made]:
    """``make(part)`` for each part, in order, with as few parts in memory as there are workers.

    A single part is made where it is: most files are small.
    """
    first = next(parts, None)
    if first is None:
        return
    second = next(parts, None)
    if second is None:
        yield make(first)
        return
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="typing") as pool:
        waiting: deque[Future[_Made]] = deque()
        try:
            for part in chain((first, second), parts):
                waiting.append(pool.submit(make, part))
                if len(waiting) > _WORKERS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()
