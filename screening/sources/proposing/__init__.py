"""What a file that nobody has described could be: its source, and a mapping to read it by."""

from screening.sources.proposing.proposal import Proposal, propose

__all__ = ["Proposal", "propose"]
