"""One demo inbox of the default number of suppliers, made once, and the world behind it."""

import pytest

from screening.demo.inbox import make_demo
from screening.demo.story import tell
from screening.demo.world import World
from tests.demo.made_demo import AS_OF, LINES, SEED, SUPPLIERS, Demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    return Demo(
        make_demo(
            folder / "inbox",
            folder / "labels.csv",
            suppliers=SUPPLIERS,
            invoices=LINES,
            seed=SEED,
            as_of=AS_OF,
        )
    )


@pytest.fixture(scope="session")
def world() -> World:
    return tell(SUPPLIERS, LINES, SEED, AS_OF, 24)
