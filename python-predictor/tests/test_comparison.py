"""What changed: a chunk compared with an earlier job's scores, whose figures pandas gives too."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropscore_predictor import keys
from dropscore_predictor.comparison import compare
from dropscore_predictor.contracts import validate
from dropscore_predictor.earlier_jobs import EarlierChunk, EarlierJob, Unreadable
from dropscore_predictor.items import ScoreItems
from dropscore_predictor.loaded_model import LoadedModel
from dropscore_predictor.result_file import result_file
from dropscore_predictor.scored_chunk import ScoredChunk
from factories import SOURCE, Linear, a_manifest, a_model, no_patience, score_text
from test_sketch import quantile_of

EARLIER = "a0b1c2d3e4f5061728394a5b"
TIERS = [{"name": "low", "from": 0.2}, {"name": "high", "from": 0.7}]
SHARES = {"kind": "binary", "classes": ["no", "yes"], "tiers": TIERS}
EDGES = [step / 20 for step in range(21)]


class Shares:
    """A classifier by hand: the probability is the feature."""

    classes_ = np.array(["no", "yes"])

    def predict_proba(self, features: pd.DataFrame) -> Any:
        shares = features.to_numpy(float)[:, 0]
        return np.column_stack([1 - shares, shares])

    def predict(self, features: pd.DataFrame) -> Any:
        return self.classes_[(features.to_numpy(float)[:, 0] >= 0.5).astype(int)]


def shares_of(column: str) -> LoadedModel:
    return a_model(Shares(), a_manifest([column], SHARES, idColumn="id"))


@dataclass
class Memory:
    """An earlier job in memory."""

    info: EarlierJob | None
    chunks: list[EarlierChunk]
    files: dict[str, bytes] = field(default_factory=dict)
    scores: dict[int, dict] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)

    def job(self, job_id, _) -> EarlierJob | None:
        assert job_id == EARLIER
        return self.info

    def chunk(self, _job_id, chunk, _) -> EarlierChunk | None:
        self.asked.append(chunk)
        return self.chunks[chunk] if chunk < len(self.chunks) else None

    def result_file(self, key, _) -> bytes | None:
        self.asked.append(key)
        return self.files.get(key)

    def items(self, _job_id, first_row, end_row, _) -> Iterable[dict]:
        return (self.scores[row] for row in range(first_row, end_row) if row in self.scores)


def chunks_of(rows: list, size: int, model: LoadedModel, job_id: str, **fields: Any) -> list[ScoredChunk]:
    chunks = []
    for number, first in enumerate(range(0, len(rows), size)):
        lines = [",".join("x" if cell is None else repr(cell) for cell in row) for row in rows[first : first + size]]
        text = "\n".join(["id,a,b", *(f"r{index},{line}" for index, line in enumerate(lines))]) + "\n"
        reference = {"firstRow": first}
        chunks.append(score_text(text, model, jobId=job_id, chunk=number, reference=reference, **fields))
    return chunks


def earlier_job(chunks: list[ScoredChunk], output: str = "files") -> Memory:
    info = EarlierJob(SOURCE, "m", output, False, True, len(chunks))
    memory = Memory(info, [])
    for number, chunk in enumerate(chunks):
        memory.chunks.append(EarlierChunk(number, chunk.first_row, chunk.first_row + len(chunk), True))
        if output != "rows":
            memory.files[keys.result_part_key("m", EARLIER, number)] = result_file(chunk)
        if output != "files":
            memory.scores |= {int(item["sk"]["N"]): item for item in ScoreItems(chunk)}
    return memory


CELL = st.one_of(st.none(), st.floats(1e-50, 1), st.sampled_from([0.0, 0.2, 0.7, 1.0]))
"""Smaller numbers are left out of what an item holds, which is a case of its own."""
ROWS = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=60)


@settings(deadline=None)
@given(ROWS, st.integers(1, 60), st.integers(1, 60), st.sampled_from(["files", "rows", "both"]))
def test_figures_are_those_of_pandas(rows, earlier_size, size, output):
    memory = earlier_job(chunks_of(rows, earlier_size, shares_of("a"), EARLIER), output)
    table = pd.DataFrame(rows, columns=["before", "after"], dtype=float)
    for chunk in chunks_of(rows, size, shares_of("b"), "0" * 24, renews={"jobId": EARLIER}):
        told = compare(chunk, memory, no_patience())
        validate("comparison", told)
        assert told == compare(chunk, memory, no_patience())
        hold_to_pandas(told, table.iloc[chunk.first_row : chunk.first_row + len(chunk)])


def hold_to_pandas(told: dict, table: pd.DataFrame) -> None:
    common = table.dropna()
    assert "unavailable" not in told
    assert told["rowsInCommon"] == len(common)
    assert told["rowsOnlyBefore"] == (table["before"].notna() & table["after"].isna()).sum()
    assert told["rowsOnlyAfter"] == (table["after"].notna() & table["before"].isna()).sum()
    tiers = common.apply(lambda column: pd.cut(column, [-1, 0.2, 0.7, 2], right=False, labels=["", "low", "high"]))
    assert matrix(told["tiers"]) == crossed(tiers)
    assert told["tiers"]["changed"] == (tiers["before"].astype(str) != tiers["after"].astype(str)).sum()
    assert matrix(told["labels"]) == crossed(common.map(lambda share: "yes" if share >= 0.5 else "no"))
    if common.empty:
        assert "difference" not in told
        return
    difference = common["after"] - common["before"]
    if "mean" in told["difference"]:
        assert told["difference"]["mean"] == pytest.approx(difference.mean(), rel=1e-12, abs=1e-15)
        assert told["difference"]["m2"] == pytest.approx(difference.var(ddof=0) * len(common), rel=1e-9, abs=1e-15)
        assert (told["difference"]["min"], told["difference"]["max"]) == (difference.min(), difference.max())
    for share in (0, 0.01, 0.5, 0.95, 1):
        exact = difference.quantile(share, interpolation="lower")
        assert abs(quantile_of(told["difference"]["sketch"], share) - exact) <= 0.01 * abs(exact) + 2.0**-431
    for side in ("before", "after"):
        assert told["histograms"][side] == histogram(common[side])
    furthest = difference.abs().sort_values(ascending=False, kind="stable").head(10).index
    assert [moved["row"] for moved in told["moved"]] == list(furthest)
    assert [(moved["before"], moved["after"]) for moved in told["moved"]] == [
        (common["before"][row], common["after"][row]) for row in furthest
    ]


def matrix(changes: dict) -> dict:
    return {(cell.get("before", ""), cell.get("after", "")): cell["rows"] for cell in changes["cells"]}


def crossed(table: pd.DataFrame) -> dict:
    counts = table.astype(str).value_counts()
    return {names: rows for names, rows in counts.items() if rows}


def histogram(values: pd.Series) -> list[int]:
    bins = pd.cut(values, [-np.inf, *EDGES, np.inf], right=False)
    return bins.value_counts(sort=False).tolist()


ROW_VALUES = [(0.1, 0.3), (0.9, 0.5), (0.4, 0.4), (0.5, 0.75)]


def compared(memory: Memory, size: int = 4, **fields: Any) -> dict:
    (chunk, *_) = chunks_of(ROW_VALUES, size, shares_of("b"), "0" * 24, renews={"jobId": EARLIER}, **fields)
    told: Any = compare(chunk, memory, no_patience())
    validate("comparison", told)
    return told


@pytest.fixture
def earlier() -> Memory:
    return earlier_job(chunks_of(ROW_VALUES, 2, shares_of("a"), EARLIER))


def test_an_earlier_job_that_is_not_there_is_told(earlier):
    assert compared(replace(earlier, info=None))["unavailable"] == [{"code": "no_such_job", "rows": 4}]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"has_ended": False}, "not_ended"), ({"source": {**SOURCE, "versionId": "v0"}}, "other_source")],
)
def test_an_earlier_job_that_does_not_compare_is_told(earlier, change, code):
    told = compared(replace(earlier, info=replace(earlier.info, **change)))
    assert told["unavailable"] == [{"code": code, "rows": 4}]
    assert (told["rowsInCommon"], told["rowsOnlyAfter"]) == (0, 0)


def test_a_result_file_that_is_gone_is_told_and_the_rest_compared(earlier):
    earlier.files.popitem()
    told = compared(earlier)
    assert told["unavailable"] == [{"code": "scores_gone", "rows": 2}]
    assert told["rowsInCommon"] == 2


@pytest.mark.parametrize("files", [{}, dict.fromkeys([keys.result_part_key("m", EARLIER, 0)], b"no gzip")])
def test_items_are_read_where_the_file_cannot_be(files):
    earlier = earlier_job(chunks_of(ROW_VALUES, 4, shares_of("a"), EARLIER), "both")
    earlier.files = files
    del earlier.scores[3]
    told = compared(earlier)
    assert (told["rowsInCommon"], told["unavailable"]) == (3, [{"code": "scores_gone", "rows": 1}])


@pytest.mark.parametrize("body", [b"", b"no gzip", b"\x1f\x8b\x08\x00cut"])
def test_a_result_file_that_is_none_is_told(earlier, body):
    earlier.files = dict.fromkeys(earlier.files, body)
    assert compared(earlier)["unavailable"] == [{"code": "scores_unreadable", "rows": 4}]


def test_a_store_that_refuses_is_told(earlier, monkeypatch):
    def refuse(*_):
        raise Unreadable

    monkeypatch.setattr(earlier, "result_file", refuse)
    assert compared(earlier)["unavailable"] == [{"code": "scores_unreadable", "rows": 4}]


def test_rows_of_a_chunk_that_was_written_off_had_no_score(earlier):
    earlier.chunks[1] = replace(earlier.chunks[1], is_done=False)
    told = compared(earlier)
    assert (told["rowsInCommon"], told["rowsOnlyAfter"]) == (2, 2)


def test_no_more_is_read_than_overlaps():
    rows = [(0.5, 0.5)] * 1000
    memory = earlier_job(chunks_of(rows, 10, shares_of("a"), EARLIER))
    for chunk in chunks_of(rows, 25, shares_of("b"), "0" * 24, renews={"jobId": EARLIER}):
        memory.asked.clear()
        assert compare(chunk, memory, no_patience())["rowsInCommon"] == 25
        files = [asked for asked in memory.asked if isinstance(asked, str)]
        assert len(files) == 3
        assert len(memory.asked) - len(files) <= 10


def test_a_regression_without_edges_has_no_histograms():
    rows = [(1.0, 2.5), (3.0, 3.0)]
    models = [a_model(Linear(), a_manifest([column])) for column in "ab"]
    memory = earlier_job(chunks_of(rows, 2, models[0], EARLIER))
    (chunk,) = chunks_of(rows, 2, models[1], "0" * 24, renews={"jobId": EARLIER})
    told = compare(chunk, memory, no_patience())
    assert told["difference"]["mean"] == 0.75
    assert told["moved"][0] == {"row": 0, "before": 1.0, "after": 2.5}
    assert not {"histograms", "tiers", "labels"} & told.keys()


def test_labels_and_moves_are_bounded():
    names = [f"{number:0900d}" for number in range(700)]
    rows = [(float(number), float(number)) for number in range(700)]
    output = {"kind": "multiclass", "classes": names}
    models = [a_model(Named(names), a_manifest([column], output)) for column in "ab"]
    memory = earlier_job(chunks_of(rows, 700, models[0], EARLIER, output="files"))
    (chunk,) = chunks_of(rows, 700, models[1], "0" * 24, renews={"jobId": EARLIER}, output="files")
    told = compare(chunk, memory, no_patience())
    assert len(told["moved"]) == 10
    assert sum(len(cell["before"] + cell["after"]) for cell in told["labels"]["cells"]) <= 40_000
    assert told["labels"]["changed"] == 0


class Named(Shares):
    """Of many classes, each row's own."""

    def __init__(self, names: list[str]) -> None:
        self.classes_ = np.array(names)

    def predict_proba(self, features: pd.DataFrame) -> Any:
        return np.full((len(features), len(self.classes_)), 1 / len(self.classes_))

    def predict(self, features: pd.DataFrame) -> Any:
        return self.classes_[features.to_numpy(float)[:, 0].astype(int)]


@pytest.mark.parametrize("output", ["files", "rows"])
@pytest.mark.parametrize("classes", [[0, 1], [1.0, 2.5], [False, True], ["1.0", "true"]])
def test_labels_read_alike_whichever_way_they_were_kept(classes, output):
    model = a_model(Named(classes), a_manifest(["a"], {"kind": "multiclass"}))
    rows = [(0.0, 0.0), (1.0, 0.0)]
    memory = earlier_job(chunks_of(rows, 2, model, EARLIER), output)
    (chunk,) = chunks_of(rows, 2, model, "0" * 24, renews={"jobId": EARLIER})
    told = compare(chunk, memory, no_patience())
    assert (told["labels"]["changed"], len(told["labels"]["cells"])) == (0, 2)


@pytest.mark.parametrize("output", ["files", "rows"])
def test_of_several_outputs_the_first_number_is_compared(output):
    def model(column):
        return a_model(Several(), a_manifest([column], {"kind": "multi", "names": ["word", "size"]}))

    rows = [(1.0, 1.5), (2.0, 4.0)]
    memory = earlier_job(chunks_of(rows, 2, model("a"), EARLIER), output)
    (chunk,) = chunks_of(rows, 2, model("b"), "0" * 24, renews={"jobId": EARLIER})
    told = compare(chunk, memory, no_patience())
    assert told["difference"]["mean"] == 1.25
    assert told["moved"][0] == {"row": 1, "before": 2.0, "after": 4.0}


class Several:
    """A word, and the feature."""

    def predict(self, features: pd.DataFrame) -> Any:
        return np.array([["word", size] for size in features.to_numpy(float)[:, 0]], dtype=object)
