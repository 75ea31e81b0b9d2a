"""ONNX: a converted classifier, a network made by hand, a sentence encoder, networks that Keras made."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
from case import SAMPLED, Case, Row, binary, multiclass, numbers
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tables import CITY, LEVELS, NOTES, NUMBERS
from tokenizers import Tokenizer, models, pre_tokenizers

_FLOAT32 = 1e-5
_OPSET = [helper.make_opsetid("", 17)]
_DIMENSION = 12
_MOST_TOKENS = 6
"""Fewer than the longest note has words."""

_KERAS = Path(__file__).parent / "keras"


def cases() -> list[Case]:
    """All of them."""
    return [_classifier(), _network(), _sentence_encoder(), *_from_keras()]


def _classifier() -> Case:
    table = NUMBERS.join(CITY)
    columns = make_column_transformer((StandardScaler(), list(NUMBERS)), (OneHotEncoder(), ["city"]))
    pipeline = make_pipeline(columns, LogisticRegression()).fit(table, LEVELS)
    inputs = [(name, FloatTensorType([None, 1])) for name in NUMBERS] + [("city", StringTensorType([None, 1]))]

    def write(folder: Path) -> Path:
        return _save(to_onnx(pipeline, initial_types=inputs, target_opset=17), folder)

    classes = [str(name) for name in pipeline.classes_]
    return Case(
        "onnx-classifier",
        table,
        write,
        lambda t: multiclass(classes, pipeline.predict_proba(t)),
        kind="multiclass",
        runtime="onnx",
        tolerance=_FLOAT32,
    )


def _network() -> Case:
    """Two layers; expected by numpy."""
    chance = np.random.default_rng(5)
    weights = {
        "w1": chance.normal(0, 0.1, (3, 8)).astype(np.float32),
        "b1": chance.normal(size=8).astype(np.float32),
        "w2": chance.normal(size=(8, 1)).astype(np.float32),
    }
    nodes = [
        helper.make_node("Gemm", ["rows", "w1", "b1"], ["sum"]),
        helper.make_node("Relu", ["sum"], ["hidden"]),
        helper.make_node("MatMul", ["hidden", "w2"], ["value"]),
    ]
    inputs = [helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", 3])]
    outputs = [helper.make_tensor_value_info("value", TensorProto.FLOAT, ["n", 1])]

    def expected(table: pd.DataFrame) -> list[Row]:
        rows = table.to_numpy(np.float32)
        return numbers(np.maximum(rows @ weights["w1"] + weights["b1"], 0) @ weights["w2"])

    return Case(
        "onnx-network",
        NUMBERS,
        lambda folder: _save(_model(nodes, inputs, outputs, weights), folder),
        expected,
        runtime="onnx",
        tolerance=_FLOAT32,
    )


def _sentence_encoder() -> Case:
    """A vector a word, of which a text's vector is the mean; in the layout of sentence-transformers."""
    words = sorted({word for note in NOTES for word in note.split()})[:-1]
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", *words])}
    table = np.random.default_rng(6).normal(size=(len(vocabulary), _DIMENSION)).astype(np.float32)
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["n", "length", _DIMENSION])]

    def write(folder: Path) -> Path:
        encoder = folder / "encoder"
        encoder.mkdir()
        _save(_model(nodes, inputs, outputs, {"table": table}), encoder)
        tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 - a token of a text
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        tokenizer.save(str(encoder / "tokenizer.json"))
        (encoder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": _MOST_TOKENS}))
        modules = [{"type": f"sentence_transformers.models.{name}"} for name in ("Transformer", "Pooling", "Normalize")]
        (encoder / "modules.json").write_text(json.dumps(modules))
        return encoder

    def vector(text: str) -> list[float]:
        ids = [vocabulary.get(word, vocabulary["[UNK]"]) for word in text.split()[:_MOST_TOKENS]]
        mean = table[ids].mean(axis=0)
        return (mean / np.linalg.norm(mean)).astype(float).tolist()

    return Case(
        "onnx-sentence-encoder",
        NOTES.to_frame(),
        write,
        lambda t: [{"vector": vector(text)} for text in t["note"]],
        kind="embedding",
        runtime="onnx",
        tolerance=_FLOAT32,
        statistics={"vectors": {"count": len(NOTES) - SAMPLED, "dimension": _DIMENSION}},
    )


def _from_keras() -> list[Case]:
    """What the publisher made of Keras's files; expected by Keras, on rows that come three times here."""
    table = pd.read_csv(_KERAS / "expected.csv")
    rows = pd.concat([table] * 3, ignore_index=True)
    features = [name for name in table.columns if ":" not in name]

    def made(name: str, file: str, answers: Any, *publish: str, kind: str) -> Case:
        def expected(dropped: pd.DataFrame) -> list[Row]:
            outputs = dropped.merge(table, on=features, how="left", validate="many_to_one")
            return list(answers(outputs.filter(like=f"{file}:")))

        def write(folder: Path) -> Path:
            return Path(shutil.copy(_KERAS / f"{file}.onnx", folder / "model.onnx"))

        return Case(name, rows[features], write, expected, publish, kind=kind, runtime="onnx", tolerance=_FLOAT32)

    return [
        made("keras-regression", "regression.keras", numbers, kind="regression"),
        made("keras-binary", "binary.h5", lambda p: binary(1, p, 0), "--kind", "binary", kind="binary"),
        made(
            "keras-multiclass",
            "multiclass.keras",
            lambda p: multiclass([0, 1, 2], p),
            "--kind",
            "multiclass",
            kind="multiclass",
        ),
    ]


def _model(nodes: Any, inputs: Any, outputs: Any, weights: dict[str, Any]) -> onnx.ModelProto:
    held = [numpy_helper.from_array(values, name) for name, values in weights.items()]
    graph = helper.make_graph(nodes, "graph", inputs, outputs, held)
    return helper.make_model(graph, opset_imports=_OPSET, ir_version=8)


def _save(model: onnx.ModelProto, folder: Path) -> Path:
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    return folder / "model.onnx"
