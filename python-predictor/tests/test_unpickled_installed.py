"""Files of the libraries that are installed here decode to what `joblib.load` gives: every shape, every compressor."""

import json
import pickle
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from dropscore_predictor.unpickled import Refused, decode
from unpickled_cases import decoded, described, dumped

sys.path.append(str(Path(__file__).parent.parent / "corpus"))
import write

ACCEPTED = {**write.arrays(), **write.frames(), **write.others()}
COMPRESSORS = [0, "zlib", "gzip", "bz2", "lzma", "xz"]


@pytest.mark.parametrize("compress", COMPRESSORS)
@pytest.mark.parametrize("name", ACCEPTED)
def test_decodes_to_what_joblib_loads(tmp_path, name, compress):
    path = tmp_path / "features.joblib"
    joblib.dump(ACCEPTED[name], path, compress=compress and (compress, 1))
    assert json.dumps(described(decode(path))) == json.dumps(write.described(joblib.load(path)))


@pytest.mark.parametrize("name", write.refused())
def test_refuses_with_the_place_and_the_remedy(name):
    value, part = write.refused()[name]
    with pytest.raises(Refused) as refusal:
        decoded(dumped(value))
    assert part in str(refusal.value)


def test_a_refusal_names_the_column_its_type_and_the_remedy():
    frame = pd.DataFrame(np.zeros((2, 6))).rename(columns=str)
    frame["when"] = pd.Series(list(pd.to_datetime(["2020-01-01", "2020-01-02"])), dtype=object)
    with pytest.raises(Refused, match=r"^Column 7 'when' holds datetime objects; save it as datetime64\.$"):
        decoded(dumped(frame))


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("value", [pd.DataFrame({"a": [1.0]}), np.zeros((2, 2))], ids=["frame", "array"])
def test_what_pickle_wrote_is_to_be_saved_with_joblib(value, protocol):
    with pytest.raises(Refused, match=r"as pickle writes it.*save it with joblib\.dump"):
        decoded(pickle.dumps(value, protocol))


def test_an_object_is_called_by_its_class_and_not_by_what_makes_it():
    with pytest.raises(Refused, match=r"objects of pandas.*TimedeltaArray"):
        decoded(dumped(pd.DataFrame({"a": pd.to_timedelta([1])})))


def test_lz4_is_refused_with_what_can_be_read():
    with pytest.raises(Refused, match="lz4; zlib, gzip, bz2, lzma and xz can be read"):
        decoded(b"\x04\x22\x4d\x18" + bytes(64))


def test_columns_of_an_array_are_views():
    table = decoded(dumped(np.zeros((4, 3))))
    assert all(column.vector.values.base is not None for column in table.columns)
