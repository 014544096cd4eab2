"""Scores: clusters against the truth, by pairs, by records and by customers."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from portraits.engine.warehouse import Warehouse


@dataclass(frozen=True)
class Score:
    """Pairwise and B-cubed precision, recall and F1; clusters that hold more than one customer."""

    precision: float
    recall: float
    f1: float
    b_cubed_precision: float
    b_cubed_recall: float
    b_cubed_f1: float
    true_pairs: int
    clusters: int
    over_merged: int

    @property
    def over_merge_rate(self) -> float:
        """The share of the clusters that hold more than one customer."""
        return self.over_merged / self.clusters

    def shown(self) -> dict[str, float]:
        """All of it, rounded, for the details of a figure."""
        return {name: round(value, 5) for name, value in asdict(self).items()}


_COUNTED = """
    WITH joined AS (SELECT t.record_id, t.customer, coalesce(c.cluster, t.record_id) AS cluster
        FROM {truth} t LEFT JOIN ({clusters}) c USING (record_id)),
    cells AS (SELECT customer, cluster, count(*) AS n FROM joined GROUP BY ALL),
    customers AS (SELECT customer, sum(n) AS n FROM cells GROUP BY ALL),
    found AS (SELECT cluster, sum(n) AS n, count(*) AS kinds FROM cells GROUP BY ALL)
    SELECT (SELECT sum(n * (n - 1) / 2) FROM cells), (SELECT sum(n * (n - 1) / 2) FROM customers),
        (SELECT sum(n * (n - 1) / 2) FROM found),
        (SELECT sum(c.n * c.n / f.n) FROM cells c JOIN found f USING (cluster)),
        (SELECT sum(c.n * c.n / k.n) FROM cells c JOIN customers k USING (customer)),
        (SELECT count(*) FROM joined), (SELECT count(*) FROM found), (SELECT count(*) FROM found WHERE kinds > 1)"""


def score(warehouse: Warehouse, clusters: str, truth: str = "truth") -> Score:
    """Score a SELECT of record_id and cluster against a relation of record_id and customer."""
    sql = _COUNTED.format(truth=truth, clusters=clusters)
    both, true, found, precise, recalled, records, count, over = (float(each or 0) for each in warehouse.rows(sql)[0])
    precision, recall = both / max(found, 1), both / max(true, 1)
    by_precision, by_recall = precise / records, recalled / records
    return Score(
        precision,
        recall,
        _f1(precision, recall),
        by_precision,
        by_recall,
        _f1(by_precision, by_recall),
        int(true),
        int(count),
        int(over),
    )


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
