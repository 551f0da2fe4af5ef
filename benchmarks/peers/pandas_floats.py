"""pandas, as analysts write it: tables merged by their keys, columns of floats, rounded."""

import json
from typing import Any

import pandas as pd  # type: ignore[import-not-found, import-untyped, unused-ignore]
from peers.folder import answer, given, timed, whole


def calculate(counts: Any, indicators: Any, practices: Any, national: Any) -> tuple[Any, Any]:
    """Points and pounds of every row of the counts."""
    rows = counts.merge(indicators, left_on="indicator", right_index=True, how="left")
    rows = rows.merge(practices, left_on="practice", right_index=True, how="left")

    achieved = 100 * rows["numerator"] / rows["denominator"]
    share = ((achieved - rows["lower"]) / (rows["upper"] - rows["lower"])).clip(0, 1)
    rows["earned"] = (rows["points"] * share).round(2).fillna(0)
    kept = (rows["register"] > 0) | (rows["paid_at_nil"] > 0)
    rows.loc[rows["kind"] == "register", "earned"] = rows["points"] * kept
    rows.loc[rows["kind"] == "yes_no", "earned"] = rows["points"] * rows["flag"]

    cpi = rows["list"] / national["average_list"]
    prevalence = rows["register"] / rows["list"]
    apdf = prevalence / (rows["national_register"] / rows["national_list"])
    apdf = apdf.where(rows["national_register"] > 0, 1.0)
    rows["pounds"] = (rows["earned"] * national["point_value"] / 100 * cpi * apdf).round(2)
    return rows["earned"], rows["pounds"]


def main() -> None:
    """Answer for the folder given."""
    folder = given()
    counts, indicators, practices = (
        pd.read_csv(folder / f"{name}.csv") for name in ("counts", "indicators", "practices")
    )
    national = json.loads((folder / "national.json").read_text())
    points, pounds, seconds = timed(lambda: calculate(counts, indicators, practices, national))
    answer(folder, whole(points), whole(pounds), seconds, f"pandas {pd.__version__}")


if __name__ == "__main__":
    main()
