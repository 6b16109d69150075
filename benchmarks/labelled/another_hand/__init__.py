"""A register and suppliers of it by another hand: made by somebody who had not seen the matching.

Its words, the shapes of its names and addresses, its errors and their shares come from what the
writer knew of Swedish companies and ledgers, and from nothing here. It was measured once before
anything was changed for it, 20,000 suppliers to 200,000 companies: F1 .934 and .931 on seeds 11 and
12, blocking recall .980 and .979; without trade names, which no name can tell, F1 .961 and .959,
blocking recall .995 on both. Figures from after that are no longer blind.

For them to be comparable, a seed has to give the same world for ever: whatever is drawn comes from
one generator, so the order in which things are drawn and the order of the word lists must stay.
"""

from benchmarks.labelled.another_hand.register import (
    CompanyMaker,
    make_companies,
    register_frame,
)
from benchmarks.labelled.another_hand.suppliers import make_suppliers, suppliers_frame
from benchmarks.labelled.another_hand.world import World
from benchmarks.labelled.suppliers import Labelled

#: The seed that goes with it.
ANOTHER_HAND_SEED = 11


def make_by_another_hand(seed: int, suppliers: int, companies: int) -> Labelled:
    """A register, and suppliers with known truth.

    Args:
        seed: another seed gives another world of the same kind.
        suppliers: suppliers, fewer than half as many as companies.
        companies: companies in the register (up to about a million).
    """
    world = World(seed)
    maker = CompanyMaker(world)
    registered = make_companies(maker, companies)
    made = make_suppliers(world, registered, maker, suppliers)
    return Labelled(register_frame(registered, seed), suppliers_frame(made))
