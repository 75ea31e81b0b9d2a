"""The registry under two publishers at once: no number is shared, nothing is written over."""

import json

import pytest
from sklearn.linear_model import Ridge

from dropscore.registry import promote, upload
from tables import FEATURES, LABELS, numbers

TABLE = numbers()
MODEL = Ridge().fit(TABLE[FEATURES], LABELS)


def pointer_of(world):
    return json.loads(world.store.objects["m/current.json"])


def test_artifacts_come_before_the_manifest_and_the_pointer_last(world):
    written = []
    world.store.before_put = written.append
    world.publish(MODEL, TABLE)
    assert written == ["m/1/model.joblib", "m/1/manifest.json", "m/current.json"]


def test_versions_count_up_and_the_pointer_remembers(world):
    assert [world.publish(MODEL, TABLE).version for _ in range(3)] == [1, 2, 3]
    assert pointer_of(world)["version"] == 3
    assert pointer_of(world)["history"] == [1, 2]


def test_without_promotion_the_pointer_stays_but_for_a_first_version(world):
    assert world.publish(MODEL, TABLE, promote=False).promoted
    assert not world.publish(MODEL, TABLE, promote=False).promoted
    assert pointer_of(world)["version"] == 1


@pytest.mark.parametrize("taken", ["m/1/model.joblib", "m/1/manifest.json"])
def test_a_number_that_another_publisher_took_meanwhile_is_left_to_them(world, taken):
    def race(key):
        if key == taken:
            world.store.objects.setdefault(key, b"theirs")

    world.store.before_put = race
    assert world.publish(MODEL, TABLE).version == 2
    assert world.store.objects[taken] == b"theirs"
    manifest = json.loads(world.store.objects["m/2/manifest.json"])
    assert manifest["version"] == 2
    assert "m/2/model.joblib" in world.store.objects


def test_a_publish_that_died_leaves_a_number_that_nobody_uses(world):
    world.store.objects["m/7/model.joblib"] = b"half"
    assert world.publish(MODEL, TABLE).version == 8


def test_a_newer_version_that_was_promoted_meanwhile_stays_current(world):
    world.publish(MODEL, TABLE)
    promote(world.store, "m", 9, "2026-11-20T00:00:00.000Z")
    assert promote(world.store, "m", 8, "2026-11-20T00:00:01.000Z") == 9
    assert pointer_of(world)["version"] == 9


def test_a_pointer_that_moves_while_it_is_written_is_read_again(world):
    world.publish(MODEL, TABLE)
    moves = iter([2])

    def race(key):
        for version in moves:
            promote(world.store, "m", version, "2026-11-20T00:00:00.000Z")

    world.store.before_put = race
    assert promote(world.store, "m", 3, "2026-11-20T00:00:01.000Z") is None
    assert pointer_of(world)["history"] == [1, 2]


def test_the_check_names_the_bytes_that_were_uploaded(world):
    from hashlib import sha256

    world.publish(MODEL, TABLE)
    body = world.store.objects["m/1/manifest.json"]
    assert world.checked[0]["manifestSha256"] == sha256(body).hexdigest()


def test_an_upload_holds_the_manifest_to_its_contract(world, tmp_path):
    from dropscore_predictor.contracts import ContractViolation

    with pytest.raises(ContractViolation):
        upload(world.store, {"name": "m", "artifacts": []}, tmp_path)  # type: ignore[typeddict-item]
    assert world.store.objects == {}
