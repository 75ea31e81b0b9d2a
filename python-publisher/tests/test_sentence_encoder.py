"""An exported sentence encoder in the layout of sentence-transformers: a graph, a tokenizer, settings beside them."""

import json

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from dropscore import Refused

WORDS = {"[UNK]": 0, "[PAD]": 1, "good": 2, "bad": 3, "day": 4}
VECTORS = np.random.default_rng(1).normal(size=(len(WORDS), 24)).astype(np.float32)
TEXTS = pd.DataFrame({"post": ["p1", "p2", "p3"], "caption": ["good day", "bad day", "good"], "likes": [1, 2, 3]})


def graph():
    """Looks a vector up for each token."""
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["rows", "tokens"])
    states = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["rows", "tokens", 24])
    node = helper.make_node("Gather", ["vectors", "input_ids"], ["last_hidden_state"])
    weights = numpy_helper.from_array(VECTORS, "vectors")
    made = helper.make_graph([node], "encoder", [ids], [states], [weights])
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


@pytest.fixture
def exported(tmp_path):
    folder = tmp_path / "encoder"
    (folder / "onnx").mkdir(parents=True)
    onnx.save(graph(), folder / "onnx" / "model.onnx")
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 64}')
    (folder / "modules.json").write_text('[{"type": "sentence_transformers.models.Pooling"}]')
    return folder


def test_a_folder_becomes_an_embedding_of_its_one_text(world, exported):
    published = world.publish(exported, TEXTS, id_column="post")
    manifest = json.loads(world.store.objects["m/1/manifest.json"])
    assert (published.runtime, published.kind) == ("onnx", "embedding")
    assert manifest["encoder"] == {"pooling": "mean", "normalize": False, "maxTokens": 64}
    assert manifest["features"] == [{"name": "caption", "type": "string"}]
    assert manifest["output"] == {"kind": "embedding", "dimension": 24}
    assert [artifact["path"] for artifact in manifest["artifacts"]] == ["model.onnx", "tokenizer.json"]
    assert set(manifest["libraries"]) == {"onnxruntime", "tokenizers"}
    place = manifest["golden"]["rows"].index(["good day"])
    expected = VECTORS[[WORDS["good"], WORDS["day"]]].mean(axis=0)
    assert manifest["golden"]["outputs"][place]["vector"] == pytest.approx(expected.tolist(), abs=1e-6)


def test_the_graph_alone_finds_the_tokenizer_above_it(world, exported):
    world.publish(exported / "onnx" / "model.onnx", TEXTS, id_column="post")
    assert "encoder" in json.loads(world.store.objects["m/1/manifest.json"])


def test_which_of_two_texts_is_meant_is_asked(world, exported):
    with pytest.raises(Refused, match="takes one text, and the sample has 2 columns of texts: post, caption"):
        world.publish(exported, TEXTS)


def test_a_tokenizer_without_a_graph_is_no_encoder(world, exported):
    (exported / "onnx" / "model.onnx").unlink()
    with pytest.raises(Refused, match=r"neither model\.onnx nor onnx/model\.onnx"):
        world.publish(exported, TEXTS)
