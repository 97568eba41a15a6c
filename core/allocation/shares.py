"""Dividing a short budget among those who are due a share of it."""

from collections.abc import Mapping
from operator import itemgetter


def share_out(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Credits for each id: its whole weight when `total` covers them all, else its proportional part.

    Largest remainder (Hamilton's method), ties to the smaller id: the parts add up to
    min(total, sum of the weights), and none differs from its exact share by a whole credit or exceeds its weight.
    Raises ValueError when `total` or a weight is negative.
    """
    if total < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("credits and weights cannot be negative")
    due = sum(weights.values())
    if total >= due:
        return dict(weights)
    parts = {child: total * weight // due for child, weight in weights.items()}
    remainders = sorted((-(total * weight % due), child) for child, weight in weights.items())
    left = total - sum(parts.values())
    for child in map(itemgetter(1), remainders[:left]):
        parts[child] += 1
    return parts
