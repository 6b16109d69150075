"""The policy: how findings become points, a score, a band and a priority (``rules/policy.yaml``).

The file is data, so that a municipality can discuss and change it; this module refuses a file that
would break a promise made to the readers of the list.
"""

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from screening.messages import Language, text
from screening.places import RULES_DIR
from screening.strict_yaml import StrictLoader

Severity = Literal["critical", "high", "medium", "low"]
Band = Literal["hög", "förhöjd", "låg"]

#: Severities, the gravest first.
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
#: Bands, the gravest first. They are codes in files and pages alike, and Swedish by choice.
BANDS: tuple[Band, ...] = ("hög", "förhöjd", "låg")

Positive = Annotated[int, Field(gt=0)]
#: A factor with at most two decimals, so that the priority can be reckoned in whole numbers.
Factor = Annotated[Decimal, Field(gt=0, le=10, decimal_places=2)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScoreCurve(_Part):
    """``score = 100 x points / (points + half_at)``."""

    half_at: Positive

    def hundredths(self, points: int) -> int:
        """The score of ``points`` in hundredths, rounded half up, in whole numbers throughout."""
        whole = points + self.half_at
        return (20_000 * points + whole) // (2 * whole)


class HighBand(_Part):
    """Any one of these puts a supplier in ``hög``."""

    critical_confidence: Annotated[float, Field(ge=0, le=1)]
    high_areas: Positive
    points: Positive


class ElevatedBand(_Part):
    """Any one of these puts a supplier in ``förhöjd``, unless it is in ``hög`` already."""

    high_areas: Positive
    medium_areas: Positive
    points: Positive


class Bands(_Part):
    high: HighBand
    elevated: ElevatedBand

    @model_validator(mode="after")
    def _high_is_harder(self) -> "Bands":
        if self.high.points <= self.elevated.points:
            raise ValueError("bands: high.points must be above elevated.points")
        if self.high.high_areas < self.elevated.high_areas:
            raise ValueError("bands: high.high_areas must not be below elevated.high_areas")
        return self


class MoneyFactor(_Part):
    """From ``lowest`` at ``from_sek`` to ``highest`` at ``to_sek``, even steps per tenfold."""

    lowest: Factor
    highest: Factor
    from_sek: Positive
    to_sek: Positive

    @model_validator(mode="after")
    def _rises(self) -> "MoneyFactor":
        if self.lowest > self.highest or self.from_sek >= self.to_sek:
            raise ValueError("priority.money: the factor must rise with the money")
        return self


class PriorityWeights(_Part):
    money: MoneyFactor
    criticality: dict[Literal[1, 2, 3, 4], Factor]

    @model_validator(mode="after")
    def _rises(self) -> "PriorityWeights":
        factors = [self.criticality.get(step) for step in (1, 2, 3, 4)]
        known = [factor for factor in factors if factor is not None]
        if len(known) != len(factors) or known != sorted(known):
            raise ValueError("priority.criticality: 1 to 4 are all needed, none below the former")
        return self


class Casework(_Part):
    """When what people decided about a finding holds no more; see ``scoring.judgements``.

    ``rows_share`` and ``amount_share``: how many further rows of evidence, and how much larger an
    amount, are still the same finding. ``match_step``: by how much it may have become surer that
    the supplier is the right one. ``longest_snooze_days``: no snooze ends later than that.
    """

    rows_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    amount_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    match_step: Annotated[float, Field(ge=0, le=1)] = 0.1
    longest_snooze_days: Annotated[int, Field(gt=0, le=366)] = 180


class Policy(_Part):
    """The whole policy. See the comments in ``rules/policy.yaml`` for what each number means."""

    version: Positive
    points: dict[Severity, Positive]
    area_caps: dict[str, Positive]
    score: ScoreCurve
    bands: Bands
    priority: PriorityWeights
    casework: Casework = Casework()

    @property
    def content_hash(self) -> str:
        """sha256 over what the policy says; comments and layout do not matter."""
        said = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode("utf-8")).hexdigest()

    @property
    def highest_total(self) -> int:
        """The most points that any supplier can reach: every area at its cap."""
        return sum(self.area_caps.values())

    @model_validator(mode="after")
    def _points_fall_with_severity(self) -> "Policy":
        if set(self.points) != set(SEVERITIES):
            raise ValueError(f"points: all of {', '.join(SEVERITIES)} are needed")
        by_gravity = [self.points[severity] for severity in SEVERITIES]
        if by_gravity != sorted(by_gravity, reverse=True):
            raise ValueError("points: a graver severity must not give fewer points")
        return self

    @model_validator(mode="after")
    def _different_points_never_tie(self) -> "Policy":
        """Two suppliers with different points must never show the same score.

        Every reachable total is tried, so this is a proof for the file at hand and not an estimate.
        """
        before = -1
        for points in range(self.highest_total + 1):
            shown = self.score.hundredths(points)
            if shown <= before:
                raise ValueError(
                    f"score: {points - 1} and {points} points would both show {shown / 100:.2f}; "
                    "raise score.half_at or lower the caps"
                )
            before = shown
        return self


class PolicyFileError(ValueError):
    """A file is no policy, or breaks a promise; ``sentence`` says which, for a person."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason

    def sentence(self, language: Language) -> str:
        """What is wrong with the file, and that nothing was made of it."""
        return text("policy.unusable", language, file=self.path, reason=self.reason)


def read_policy(path: Path = RULES_DIR / "policy.yaml") -> Policy:
    """Read and prove a policy file.

    Raises:
        PolicyFileError: the file is not a policy, or breaks a promise (each is named).
    """
    try:
        given = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=StrictLoader)  # noqa: S506
        return Policy.model_validate(given)
    except ValidationError as error:
        raise PolicyFileError(path, _broken(error)) from error
    except yaml.MarkedYAMLError as error:
        where = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise PolicyFileError(path, f"{error.problem}{where}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise PolicyFileError(path, type(error).__name__) from error


def _broken(error: ValidationError) -> str:
    told = []
    for problem in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        told.append(f"{where}: {message}" if where else message)
    return "; ".join(told)
