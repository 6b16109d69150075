"""Frames held in memory until all of them are there."""

import io

import polars as pl


class PackedFrames:
    """Frames of one shape, each packed.

    Texts of a frame hold on to the whole block of the file that they were cut from; packed, they
    take what they are.
    """

    def __init__(self) -> None:
        self._frames: list[bytes] = []

    def append(self, frame: pl.DataFrame) -> None:
        """Hold one more frame."""
        stream = io.BytesIO()
        frame.write_ipc(stream, compression="lz4")
        self._frames.append(stream.getvalue())

    def all(self) -> pl.DataFrame:
        """All of them as one. There must be one at least."""
        return pl.concat([pl.read_ipc(frame) for frame in self._frames], rechunk=True)
