"""Clusters, embeddings, several outputs and text models, from rows to items, files and statistics."""

import base64
import csv
import gzip
import io
import json
import warnings

import hdbscan
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline

from dropscore_predictor.aws.dynamodb_scores import DynamoDBScores
from dropscore_predictor.contracts import validate
from dropscore_predictor.errors import JobFailed
from dropscore_predictor.items import ScoreItems
from dropscore_predictor.loading import load_estimator
from dropscore_predictor.result_file import result_file
from dropscore_predictor.statistics import statistics
from factories import JOB_ID, Linear, a_manifest, a_model, dumped, errors_of, no_patience, read_json, score_text

CHANCE = np.random.default_rng(7)
POINTS = pd.DataFrame(np.concatenate([CHANCE.normal(c, 0.3, (40, 2)) for c in (0, 5, 10)]), columns=["a", "b"])
NEW = pd.DataFrame(CHANCE.uniform(-2, 12, (60, 2)), columns=["a", "b"])


class Answers:
    """Predicts what it is told, row by row; where it has strengths, those too."""

    def __init__(self, answer):
        self.answer = answer

    def predict(self, features):
        return self.answer[features["i"].astype(int).to_numpy()]


class Clusters(Answers):
    def __init__(self, answer, strengths):
        super().__init__(np.asarray(answer))
        self.strengths = np.asarray(strengths)

    def predict_with_strength(self, features):
        return self.predict(features), self.strengths[features["i"].astype(int)]


class Hdbscan:
    def __init__(self, clusterer):
        self.clusterer = clusterer

    def predict_with_strength(self, features):
        return hdbscan.approximate_predict(self.clusterer, features.to_numpy())


def scored(output, estimator, rows=2):
    text = "i\n" + "".join(f"{i}\n" for i in range(rows))
    return score_text(text, a_model(estimator, a_manifest(["i"], output)))


def of_points(output, estimator, points=NEW):
    return score_text(points.to_csv(index=False), a_model(estimator, a_manifest(["a", "b"], output)))


def items(chunk):
    found = sorted((read_json(item) for item in ScoreItems(chunk)), key=lambda item: item["row"])
    for item in found:
        validate("score", item)
    return found


def table(chunk):
    return list(csv.DictReader(io.StringIO(gzip.decompress(result_file(chunk)).decode(), newline="")))


def tally(chunk, first_row=0):
    found = statistics(chunk.scores, chunk.model.manifest["output"], first_row)
    item = {"jobId": JOB_ID, "chunk": 0, "status": "done", "attempt": 1, "reference": chunk.message["reference"]}
    validate("chunk", item | {"statistics": json.loads(json.dumps(found, allow_nan=False))})
    return found


def refusal(output, estimator):
    with pytest.raises(JobFailed) as failure:
        scored(output, estimator)
    assert failure.value.code == "model_invalid"
    return str(failure.value)


def test_clusters_without_strength_are_labels_and_nothing_else():
    model = KMeans(3, n_init=1, random_state=0).fit(POINTS)
    expected = model.predict(NEW).tolist()
    chunk = of_points({"kind": "cluster"}, model)
    assert [item["prediction"] for item in items(chunk)] == expected
    assert not {"score", "probabilities", "vector", "outputs"} & set(items(chunk)[0])
    assert [int(row["prediction"]) for row in table(chunk)] == expected
    assert list(table(chunk)[0])[:3] == ["row", "line", "prediction"]
    assert "score" not in table(chunk)[0]
    assert tally(chunk) == {"count": 60, "labels": {str(k): expected.count(k) for k in sorted(set(expected))}}


def test_clusters_of_hdbscan_have_a_strength_and_noise():
    clusterer = hdbscan.HDBSCAN(min_cluster_size=10, prediction_data=True).fit(POINTS.to_numpy())
    labels, strengths = hdbscan.approximate_predict(clusterer, NEW.to_numpy())
    assert {-1} < set(labels.tolist()), "the new points hold noise, and more than that"
    chunk = of_points({"kind": "cluster", "tiers": [{"name": "sure", "from": 0.5}]}, Hdbscan(clusterer))
    assert [item["prediction"] for item in items(chunk)] == labels.tolist()
    assert [item["score"] for item in items(chunk)] == strengths.tolist()
    assert [item.get("tier") for item in items(chunk)] == ["sure" if s >= 0.5 else None for s in strengths]
    assert [float(row["score"]) for row in table(chunk)] == strengths.tolist()
    found = tally(chunk, first_row=100)
    assert found["mean"] == pytest.approx(strengths.mean())
    assert found["top"][0] == {"row": 100 + int(strengths.argmax()), "value": strengths.max()}
    assert found["labels"]["-1"] == (labels == -1).sum()
    assert sum(found["histogram"]["counts"]) == 60


def test_a_cluster_that_is_no_whole_number_is_refused():
    assert "predicts float64, not whole numbers" in refusal({"kind": "cluster"}, Answers(np.array([0.0, 1.5])))


FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(arrays.arrays(np.float32, (3, 5), elements=FLOATS))
def test_every_float32_of_a_vector_comes_back_out_of_items_and_files(vectors):
    chunk = scored({"kind": "embedding", "dimension": 5}, Answers(vectors), rows=3)
    for vector, item, row in zip(vectors, items(chunk), table(chunk), strict=True):
        assert np.array_equal(np.array(item["vector"], np.float32), vector)
        assert np.array_equal(np.array(json.loads(row["vector"]), np.float32), vector)
        assert not {"prediction", "score"} & (set(item) | set(row))
    assert tally(chunk) == {"count": 3, "vectors": {"count": 3, "dimension": 5}}


def test_the_bytes_and_the_digits_of_a_vector():
    vectors = np.array([[0.1, -0.0, 1e-10], [1 / 3, -2.0, 16777216.0]])
    chunk = scored({"kind": "embedding", "dimension": 3}, Answers(vectors))
    attributes = [item["vector"]["B"] for item in ScoreItems(chunk)]
    assert base64.b64decode(attributes[0]) == bytes.fromhex("cdcccc3d 00000000 ffe6db2e")
    assert [row["vector"] for row in table(chunk)] == ["[0.1,0.0,1e-10]", "[0.33333334,-2.0,1.6777216e+07]"]


def test_vectors_are_in_the_table_also_where_it_had_left_them_unprocessed(cloud):
    vectors = np.random.default_rng(3).normal(size=(30, 384)).astype(np.float32)
    chunk = scored({"kind": "embedding", "dimension": 384}, Answers(vectors), rows=30)
    keys = [{name: item[name] for name in ("pk", "sk")} for item in ScoreItems(chunk)]

    class Throttled:
        """Writes a batch but for its first item, as a throttled table does."""

        meta = cloud.dynamodb.meta
        left = keys[:1]

        def batch_write_item(self, **request):
            cloud.dynamodb.batch_write_item(**request)
            if not self.left:
                return {}
            key = {"TableName": "scores", "Key": self.left.pop()}
            item = cloud.dynamodb.get_item(**key)["Item"]
            cloud.dynamodb.delete_item(**key)
            return {"UnprocessedItems": {"scores": [{"PutRequest": {"Item": item}}]}}

    DynamoDBScores(Throttled(), "scores", 1).write(ScoreItems(chunk), no_patience())
    read = [cloud.dynamodb.get_item(TableName="scores", Key=key)["Item"] for key in keys]
    assert [read_json(item)["vector"] for item in read] == vectors.tolist()


def test_a_vector_of_another_dimension_than_the_manifests_is_refused_with_both():
    vectors = Answers(np.zeros((2, 4)))
    assert "vectors of 3 numbers, and the model gives 4" in refusal({"kind": "embedding", "dimension": 3}, vectors)
    assert "needs output.dimension" in refusal({"kind": "embedding"}, vectors)
    assert "shape (2,)" in refusal({"kind": "embedding", "dimension": 1}, Answers(np.zeros(2)))
    assert "gives <U1" in refusal({"kind": "embedding", "dimension": 1}, Answers(np.array([["a"], ["b"]])))


def test_several_numbers_are_outputs_by_name_and_the_first_is_ranked():
    model = LinearRegression().fit(POINTS, POINTS @ [[1.0, 2.0], [-1.0, 0.5]])
    expected = model.predict(NEW)
    chunk = of_points({"kind": "multi", "names": ["price", "size"], "tiers": [{"name": "dear", "from": 5}]}, model)
    assert [item["outputs"] for item in items(chunk)] == [{"price": p, "size": s} for p, s in expected.tolist()]
    assert [item.get("tier") for item in items(chunk)] == ["dear" if p >= 5 else None for p in expected[:, 0]]
    assert "prediction" not in items(chunk)[0]
    assert list(table(chunk)[0])[:5] == ["row", "line", "tier", "output_price", "output_size"]
    assert [float(row["output_size"]) for row in table(chunk)] == expected[:, 1].tolist()
    found = tally(chunk)
    assert (found["max"], found["top"][0]["row"]) == (expected[:, 0].max(), expected[:, 0].argmax())
    assert "labels" not in found


def test_several_labels_have_no_rank():
    targets = np.array([["lo" if a < 5 else "hi", "w" if b < 2 else "east"] for a, b in POINTS.to_numpy()])
    model = RandomForestClassifier(5, random_state=0).fit(POINTS, targets)
    expected = model.predict(NEW)
    chunk = of_points({"kind": "multi", "names": ["size", "side"]}, model)
    assert [item["outputs"] for item in items(chunk)] == [{"size": a, "side": b} for a, b in expected.tolist()]
    assert [[row["output_size"], row["output_side"]] for row in table(chunk)] == expected.tolist()
    assert tally(chunk) == {"count": 60}


def test_numbers_and_labels_side_by_side_keep_their_types():
    answer = pd.DataFrame({"sort": ["b", "a"], "sure": [True, False], "n": [3, 2**60 + 1], "x": [np.float32(0.5), 1.5]})
    chunk = scored({"kind": "multi", "names": ["sort", "sure", "n", "x"]}, Answers(answer.to_numpy(dtype=object)))
    first, second = (item["outputs"] for item in items(chunk))
    assert (first, second["n"]) == ({"sort": "b", "sure": True, "n": 3, "x": 0.5}, 2**60 + 1)
    assert [type(value) for value in first.values()] == [str, bool, int, float]
    assert [row["output_sure"] for row in table(chunk)] == ["true", "false"]
    assert tally(chunk)["max"] == float(2**60)


def test_outputs_that_are_not_those_of_the_manifest_are_refused_with_both():
    answer = Answers(np.zeros((2, 3)))
    sentence = "names 2 outputs (x, y), and the model predicts 3"
    assert sentence in refusal({"kind": "multi", "names": ["x", "y"]}, answer)
    assert "needs output.names" in refusal({"kind": "multi"}, answer)
    assert "a different one for each" in refusal({"kind": "multi", "names": ["x", "x", "y"]}, answer)
    assert "shape (2,)" in refusal({"kind": "multi", "names": ["x"]}, Answers(np.zeros(2)))
    lists = np.array([[[1, 2], 1], [[3], 2]], dtype=object)
    assert "is a list: no number and no label" in refusal({"kind": "multi", "names": ["x", "y"]}, Answers(lists))


@pytest.mark.parametrize(
    ("output", "estimator"),
    [
        ({"kind": "cluster"}, Clusters([1, 2, -1, 4], [0.5, np.nan, np.inf, 0.25])),
        ({"kind": "embedding", "dimension": 2}, Answers(np.array([[1.0, 0], [0, np.nan], [1e39, 0], [1, 1]]))),
        ({"kind": "multi", "names": ["x", "y"]}, Answers(np.array([[1.0, 0], [0, np.nan], [np.inf, 0], [1, 1]]))),
        (
            {"kind": "multi", "names": ["x", "y"]},
            Answers(np.array([["a", 0.5], ["b", None], [pd.NA, 0], ["c", 1]], dtype=object)),
        ),
    ],
)
def test_an_output_that_is_not_finite_is_an_error_of_its_row_and_no_neighbours(output, estimator):
    chunk = scored(output, estimator, rows=4)
    assert errors_of(chunk) == {1: ("non_finite_output", None), 2: ("non_finite_output", None)}
    assert chunk.scores.rows.tolist() == [0, 3]
    alone = [scored(output, type(estimator)(*_rows(estimator, [k])), rows=1) for k in (0, 3)]
    for field in ("prediction", "score", "outputs", "vector"):
        assert [items(chunk)[k].get(field) for k in (0, 3)] == [items(one)[0].get(field) for one in alone]
    assert [table(chunk)[k]["error_code"] for k in range(4)] == ["", "non_finite_output", "non_finite_output", ""]
    assert tally(chunk)["count"] == 2


def _rows(estimator, rows):
    return [column[rows] for column in vars(estimator).values()]


@pytest.mark.parametrize(
    ("output", "estimator", "columns"),
    [
        ({"kind": "cluster"}, Clusters([0], [0.5]), ["prediction", "score"]),
        ({"kind": "cluster"}, Answers(np.array([0])), ["prediction"]),
        ({"kind": "embedding", "dimension": 2}, Answers(np.zeros((1, 2))), ["vector"]),
        (
            {"kind": "multi", "names": ["x", "y"], "tiers": [{"name": "t", "from": 0}]},
            Answers(np.zeros((1, 2))),
            ["tier", "output_x", "output_y"],
        ),
    ],
)
def test_a_chunk_without_a_scored_row_has_the_columns_of_every_other(output, estimator, columns):
    for text in ("i\n0\n", "i\nx\n"):
        chunk = score_text(text, a_model(estimator, a_manifest(["i"], output)))
        errors = ["error_code", "error_column", "error_message"]
        assert list(table(chunk)[0]) == ["row", "line", *columns, *errors]
    assert tally(chunk) == {"count": 0}


@pytest.mark.parametrize(
    ("output", "estimator"),
    [
        ({"kind": "cluster"}, Answers(np.array([0, 1]))),
        ({"kind": "embedding", "dimension": 2}, Answers(np.zeros((2, 2)))),
        ({"kind": "multi", "names": ["x"]}, Answers(np.array([["a"], ["b"]]))),
    ],
)
def test_tiers_without_a_number_to_take_them_from_are_refused(output, estimator):
    sentence = f"The manifest has tiers, and its {output['kind']} model gives no number"
    assert sentence in refusal(output | {"tiers": [{"name": "t", "from": 0}]}, estimator)


def test_batches_of_a_refused_row_join_in_the_order_of_the_file():
    class Refuses(Clusters):
        def predict_with_strength(self, features):
            if (features["i"] == 2).any():
                raise ValueError("not this one")
            return super().predict_with_strength(features)

    labels, strengths = np.arange(7), np.arange(7) / 10
    rows = "".join(f"{i},{'' if i in (0, 4) else 1}\n" for i in range(7))  # rows with a gap are tried apart
    manifest = a_manifest(["i", "x"], {"kind": "cluster"})
    chunk = score_text("i,x\n" + rows, a_model(Refuses(labels, strengths), manifest))
    others = [0, 1, 3, 4, 5, 6]
    assert errors_of(chunk) == {2: ("refused_by_model", None)}
    assert (chunk.scores.predictions, chunk.scores.score.tolist()) == (others, strengths[others].tolist())


CAPTIONS = ["love this song", "new dance now", "love love", "tax form help", "boring tax", "form of dance"] * 5
VIRAL = [1, 1, 1, 0, 0, 1] * 5
TEXT = {"name": "caption", "type": "string"}


def with_gaps():
    """A file of captions in which rows 1 and 3 have none, and what a plain script reads of the others."""
    text = 'caption,likes\n"love, this ""song""",3\n,1\nTax FORM,2\nNA,5\ndance,0\n'
    return text, pd.read_csv(io.StringIO(text)).dropna()


def test_a_text_column_goes_through_the_vectoriser_of_a_pipeline():
    table = pd.DataFrame({"caption": CAPTIONS, "likes": np.arange(30.0)})
    columns = make_column_transformer((TfidfVectorizer(), "caption"), remainder="passthrough")
    model = make_pipeline(columns, LogisticRegression()).fit(table, VIRAL)
    text, plain = with_gaps()
    chunk = score_text(text, a_model(model, a_manifest([TEXT, "likes"], {"kind": "binary"})))
    assert chunk.scores.probabilities.tobytes() == model.predict_proba(plain).tobytes()
    assert errors_of(chunk) == {1: ("refused_by_model", "caption"), 3: ("refused_by_model", "caption")}
    sentence = "column 'caption': the model refuses the row: np.nan is an invalid document"
    assert chunk.errors.get(1)["message"].startswith(sentence)


def test_many_missing_texts_are_refused_in_few_calls():
    calls = []

    class Counted(Linear):
        def predict(self, features):
            calls.append(len(features))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return np.asarray(TfidfVectorizer().fit(["word"]).transform(features["caption"]).sum(axis=1)).ravel()

    text = "caption,i\n" + "".join(f"{'' if i % 3 else 'word'},{i}\n" for i in range(3000))
    chunk = score_text(text, a_model(Counted(), a_manifest([TEXT])))
    assert len(chunk.errors) == 2000
    assert {errors_of(chunk)[index] for index in chunk.errors} == {("refused_by_model", "caption")}
    assert len(calls) < 40


def test_a_pipeline_that_starts_with_a_vectoriser_gets_texts_and_no_table(tmp_path):
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(CAPTIONS, VIRAL)
    (tmp_path / "model.joblib").write_bytes(dumped(model))
    manifest = a_manifest([TEXT], {"kind": "binary", "classes": [0, 1]})
    text, plain = with_gaps()
    chunk = score_text(text, a_model(load_estimator(manifest, tmp_path), manifest))
    assert chunk.scores.probabilities.tobytes() == model.predict_proba(plain["caption"]).tobytes()
    assert errors_of(chunk) == {1: ("refused_by_model", "caption"), 3: ("refused_by_model", "caption")}
