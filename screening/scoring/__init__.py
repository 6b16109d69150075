"""Stage 5: findings to points, score, band, priority, and what changed.

``rank`` makes a ``ScoredWeek`` from a run's findings under a ``Policy``; ``evaluate`` holds a list
against labels.
"""

from screening.scoring.evaluation import Evaluation, evaluate
from screening.scoring.policy import Policy, read_policy
from screening.scoring.ranking import rank
from screening.scoring.rule_face import RuleFace
from screening.scoring.week import PreviousWeek, ScoredWeek

__all__ = [
    "Evaluation",
    "Policy",
    "PreviousWeek",
    "RuleFace",
    "ScoredWeek",
    "evaluate",
    "rank",
    "read_policy",
]
