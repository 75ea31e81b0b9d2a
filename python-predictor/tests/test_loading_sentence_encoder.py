"""Sentence encoders: a tokenizer and a graph whose token states are known, so that vectors can be told by hand."""

import numpy as np
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from dropscore_predictor.loading import sentence_encoder
from loading_cases import load, refusal

WORDS = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "red": 3, "green": 4, "blue": 5}
TABLE = np.random.default_rng(3).normal(size=(len(WORDS), 4)).astype(np.float32)
TEXT = [{"name": "text", "type": "string"}]
TEXTS = ["red", "green blue red", "", "blue " * 40, "pink green"]
FRAME = pd.DataFrame({"text": TEXTS})
LIMIT = 8


def states(text: str) -> np.ndarray:
    """The states of a text's tokens, by hand."""
    ids = [2, *(WORDS.get(word, 1) for word in text.split())][:LIMIT]
    return TABLE[ids]


@pytest.fixture
def folder(tmp_path):
    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A", special_tokens=[("[CLS]", 2)])
    # As published encoders come: padded to a length of their own.
    tokenizer.enable_padding(length=64, pad_id=0, pad_token="[PAD]")
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def write_graph(folder, inputs=("input_ids", "attention_mask"), pooled=False, length="t"):
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["n", length, 4])]
    if pooled:
        nodes.append(helper.make_node("ReduceMax", ["last_hidden_state"], ["pooled"], axes=[1], keepdims=0))
        outputs.append(helper.make_tensor_value_info("pooled", TensorProto.FLOAT, ["n", 4]))
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", length]) for name in inputs]
    made = helper.make_graph(nodes, "g", given, outputs, [numpy_helper.from_array(TABLE, "table")])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    (folder / "model").write_bytes(model.SerializeToString())


def loaded(folder, features=TEXT, pooling="mean", normalize=False, limit=LIMIT):
    encoder = {"pooling": pooling, "normalize": normalize, "maxTokens": limit}
    return load(folder, "onnx", features, {"kind": "embedding"}, encoder=encoder)


@pytest.mark.parametrize("inputs", [("input_ids",), ("input_ids", "attention_mask", "token_type_ids")])
def test_the_mean_of_the_states_of_tokens_and_no_padding(folder, inputs):
    write_graph(folder, inputs)
    expected = np.array([states(text).mean(axis=0) for text in TEXTS])
    assert loaded(folder).predict(FRAME) == pytest.approx(expected, abs=1e-6)
    lengths = np.linalg.norm(expected, axis=1, keepdims=True)
    assert loaded(folder, normalize=True).predict(FRAME) == pytest.approx(expected / lengths, abs=1e-6)


def test_the_state_of_the_first_token(folder):
    write_graph(folder)
    assert loaded(folder, pooling="cls").predict(FRAME) == pytest.approx(np.tile(TABLE[2], (5, 1)), abs=1e-6)


def test_a_graph_that_pools_itself(folder):
    write_graph(folder, pooled=True)
    one = FRAME.iloc[[1]]
    assert loaded(folder, pooling="none").predict(one)[0] == pytest.approx(states(TEXTS[1]).max(axis=0), abs=1e-6)
    write_graph(folder)
    with refusal("model_invalid", "output of 2 dimensions", "last_hidden_state of 3", "--pooling mean"):
        loaded(folder, pooling="none")


def test_a_graph_of_a_fixed_length(folder):
    write_graph(folder, length=4)
    expected = np.array([states(text)[:4].mean(axis=0) for text in TEXTS])
    assert loaded(folder, limit=512).predict(FRAME) == pytest.approx(expected, abs=1e-6)


def test_many_texts_come_back_in_their_order(folder, monkeypatch):
    monkeypatch.setattr(sentence_encoder, "BATCH", 2)
    write_graph(folder)
    texts = ["red " * count + "blue" for count in (5, 1, 4, 0, 3, 2, 6)]
    expected = np.array([states(text).mean(axis=0) for text in texts])
    assert loaded(folder).predict(pd.DataFrame({"text": texts})) == pytest.approx(expected, abs=1e-6)


def test_a_missing_text_has_no_vector(folder):
    write_graph(folder)
    served = loaded(folder)
    with pytest.raises(ValueError, match="text is missing"):
        served.predict(pd.DataFrame({"text": pd.Series(["red", np.nan], dtype="str")}))


def test_what_is_not_as_the_manifest_says(folder):
    write_graph(folder)
    with refusal("model_invalid", "takes one text", "n (float)"):
        loaded(folder, features=["n"])
    write_graph(folder, inputs=("input_ids", "pixels"))
    with refusal("model_invalid", "'pixels'", "input_ids"):
        loaded(folder)
    write_graph(folder)
    (folder / "tokenizer.json").write_text("{}")
    with refusal("model_invalid", "no tokenizer"):
        loaded(folder)
    (folder / "tokenizer.json").unlink()
    with refusal("model_invalid", "needs the artifact tokenizer.json"):
        loaded(folder)
