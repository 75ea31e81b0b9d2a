"""Files that older libraries wrote decode to what those libraries load, or are refused by the rule that is expected."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from dropscore_predictor.unpickled import Refused, decode
from unpickled_cases import described

SETS = sorted((Path(__file__).parent.parent / "corpus").glob("*.zip"))
CASES = [
    pytest.param(path, name, expected, id=f"{path.stem}: {name}")
    for path in SETS
    for name, expected in json.loads(zipfile.ZipFile(path).read("expected.json"))["files"].items()
]


@pytest.mark.parametrize(("path", "name", "expected"), CASES)
def test_decodes_to_what_the_writing_library_loads(path, name, expected):
    file = io.BytesIO(zipfile.ZipFile(path).read(name))
    if "refused" in expected:
        with pytest.raises(Refused) as refusal:
            decode(file)
        assert expected["refused"] in str(refusal.value)
    else:
        # As text: NaN is not equal to itself, and 1 is equal to True.
        assert json.dumps(described(decode(file))) == json.dumps(expected)


def test_the_corpus_spans_what_is_promised():
    versions = [json.loads(zipfile.ZipFile(path).read("expected.json"))["libraries"] for path in SETS]
    spans = {name: {".".join(one[name].split(".")[:2]) for one in versions} for name in ("numpy", "pandas", "joblib")}
    assert spans["pandas"] >= {"1.1", "1.5", "2.1", "2.3", "3.1"}
    assert spans["numpy"] >= {"1.18", "1.23", "1.26", "2.4", "2.5"}
    assert spans["joblib"] >= {"0.12", "0.17", "1.1", "1.3", "1.5", "1.6"}
