"""Damaged files of the corpus give a table or a refusal. `corpus/fuzz.py` runs longer."""

import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from unpickled_cases import dumped

sys.path.append(str(Path(__file__).parent.parent / "corpus"))
import fuzz

FILES = fuzz.corpus()


@settings(max_examples=1500)
@given(st.sampled_from(FILES), st.sampled_from(FILES), st.randoms(use_true_random=False))
def test_damaged_files_decode_or_are_refused(data, other, chance):
    assert fuzz.outcome(fuzz.damaged(chance, data, other)) in ("decoded", "refused")


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_so_does_anything(data):
    assert fuzz.outcome(data) in ("decoded", "refused")
    assert fuzz.outcome(b"\x80\x04" + data) in ("decoded", "refused")


def test_the_watch_sees_what_a_load_does(tmp_path):
    import joblib

    path = tmp_path / "x.joblib"
    path.write_bytes(dumped([1.5]))
    with fuzz.watched() as events:
        joblib.load(path)
    assert "open" in events
