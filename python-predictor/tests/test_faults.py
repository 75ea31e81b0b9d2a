"""What happens when a predictor dies, a service throttles or an answer is lost: on the embedded host, with faults."""

import json
import re
from collections import Counter, deque
from dataclasses import replace
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from dropscore_predictor import keys
from dropscore_predictor.aws.dynamodb_ledger import DynamoDBLedger
from dropscore_predictor.aws.dynamodb_scores import DynamoDBScores
from dropscore_predictor.aws.s3_objects import S3Sources
from dropscore_predictor.aws.sqs_own_queue import SQSOwnQueue
from dropscore_predictor.chunk import score_chunk
from dropscore_predictor.contracts import validate
from dropscore_predictor.delivery import Delivery
from dropscore_predictor.errors import Throttled, Unavailable
from dropscore_predictor.last_error import last_error
from dropscore_predictor.patience import RESERVE_MS, Patience


class Died(Exception):
    """The process was killed."""


@pytest.fixture
def message(cloud):
    return cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes().replace(b"17.99", b"abc", 1))


class Clock:
    """Time that passes by waiting."""

    def __init__(self, remaining_ms=120_000.0):
        self.remaining_ms = remaining_ms
        self.waits: list[float] = []

    def patience(self) -> Patience:
        return Patience(lambda: self.remaining_ms, sleep=self._sleep, jitter=lambda: 1.0)

    def _sleep(self, seconds):
        self.waits.append(seconds)
        self.remaining_ms -= seconds * 1000


class Faulty:
    """A client of which one operation fails as often as told, before or after it was done."""

    def __init__(self, client, operation, *errors, after=False):
        self._client, self._operation, self._errors, self._after = client, operation, list(errors), after
        self.calls: Counter = Counter()
        self.meta = client.meta

    def __getattr__(self, name):
        call = getattr(self._client, name)

        def faulty(**arguments):
            self.calls[name] += 1
            error = self._errors.pop(0) if name == self._operation and self._errors else None
            if error and not self._after:
                raise error
            answer = call(**arguments)
            if error:
                raise error
            return answer

        return faulty


def aws_error(code, status=400, reasons=()):
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, "Operation")


CONFLICT = aws_error("TransactionCanceledException", reasons=("None", "TransactionConflict"))
THROTTLE = aws_error("ProvisionedThroughputExceededException")
LOST = ReadTimeoutError(endpoint_url="")


def assert_counted_once(cloud, message):
    state = cloud.state(message["jobId"])
    assert (state["remaining"], state["rowsScored"], state["rowsFailed"]) == (0, 568, 1)
    assert cloud.chunk(message["jobId"])["status"] == "done"
    assert len(cloud.items(message["jobId"])) == 569


def killed_after(call, steps):
    """The writes, up to a number of items."""

    def write(items, patience):
        call([item for _, item in zip(range(steps), items, strict=False)], patience)
        raise Died

    return write


@pytest.mark.parametrize("steps", [0, 100, 569])
def test_case_14_a_predictor_that_dies_at_its_writes_is_followed_by_one_that_writes_the_same(
    cloud, world, message, steps
):
    undisturbed = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes().replace(b"17.99", b"abc", 1))
    score_chunk(undisturbed, world, Clock().patience())
    dying = replace(world, write_scores=killed_after(world.write_scores, steps))
    with pytest.raises(Died):
        score_chunk(message, dying, Clock().patience())
    assert cloud.state(message["jobId"])["remaining"] == 1
    assert score_chunk(message, world, Clock().patience()) == "done"
    assert_counted_once(cloud, message)
    assert _without_job(cloud, message) == _without_job(cloud, undisturbed)


def _without_job(cloud, message):
    return json.dumps(cloud.items(message["jobId"])).replace(message["jobId"], "job")


def test_a_predictor_that_dies_after_the_ledger_is_counted(cloud, world, message):
    class Dying(DynamoDBLedger):
        def end_chunk(self, *arguments):
            super().end_chunk(*arguments)
            raise Died

    with pytest.raises(Died):
        score_chunk(message, replace(world, ledger=Dying(cloud.dynamodb, "jobs")), Clock().patience())
    before = cloud.items(message["jobId"])
    assert score_chunk(message, world, Clock().patience()) == "not_wanted"
    assert_counted_once(cloud, message)
    assert cloud.items(message["jobId"]) == before


def test_case_13_two_predictors_at_once_count_once(cloud, world, message):
    def write_after_the_other(items, patience):
        world.write_scores(items, patience)
        assert score_chunk(message, world, Clock().patience()) == "done"

    slow = replace(world, write_scores=write_after_the_other)
    assert score_chunk(message, slow, Clock().patience()) == "not_wanted"
    assert_counted_once(cloud, message)


@pytest.mark.parametrize(
    "errors",
    [
        [CONFLICT] * 8,
        [aws_error("TransactionCanceledException", reasons=("ThrottlingError", "None"))],
        [THROTTLE, aws_error("TransactionInProgressException")],
        [aws_error("InternalServerError", 500)] * 3,
        [LOST],
    ],
)
def test_a_ledger_that_is_busy_is_waited_for(cloud, world, message, errors):
    client = Faulty(cloud.dynamodb, "transact_write_items", *errors)
    clock = Clock()
    assert score_chunk(message, replace(world, ledger=DynamoDBLedger(client, "jobs")), clock.patience()) == "done"
    assert_counted_once(cloud, message)
    assert len(clock.waits) == len(errors)


@pytest.mark.parametrize("error", [LOST, aws_error("InternalServerError", 500)])
def test_case_19_a_commit_whose_answer_is_lost_counts_once(cloud, world, message, error):
    client = Faulty(cloud.dynamodb, "transact_write_items", error, after=True)
    outcome = score_chunk(message, replace(world, ledger=DynamoDBLedger(client, "jobs")), Clock().patience())
    assert outcome == "not_wanted"
    assert client.calls["transact_write_items"] == 2
    assert_counted_once(cloud, message)


def test_a_job_that_ends_while_a_chunk_is_scored_is_not_counted_for(cloud, world, message):
    def write_then_cancel(items, patience):
        world.write_scores(items, patience)
        cloud.update(message["jobId"], keys.STATE, status={"S": "cancelled"})

    assert score_chunk(message, replace(world, write_scores=write_then_cancel), Clock().patience()) == "not_wanted"
    state = cloud.state(message["jobId"])
    assert (state["status"], state["remaining"], state["rowsScored"]) == ("cancelled", 1, 0)
    assert cloud.chunk(message["jobId"])["status"] == "open"


def received(cloud):
    answer = cloud.sqs.receive_message(
        QueueUrl=cloud.queue, MessageSystemAttributeNames=["All"], MaxNumberOfMessages=10, WaitTimeSeconds=2
    )
    for entry in answer.get("Messages", []):
        cloud.sqs.delete_message(QueueUrl=cloud.queue, ReceiptHandle=entry["ReceiptHandle"])
    return answer.get("Messages", [])


@pytest.mark.parametrize("operation", ["transact_write_items", "batch_write_item", "get_item"])
def test_case_18_throttling_until_the_time_is_over_sends_the_message_again(
    cloud, world, message, operation, monkeypatch
):
    monkeypatch.setattr("dropscore_predictor.aws.sqs_own_queue.SHORTEST_DELAY", 0)
    monkeypatch.setattr("dropscore_predictor.aws.sqs_own_queue.LONGEST_DELAY", 0)
    client = Faulty(cloud.dynamodb, operation, *[THROTTLE] * 1000)
    busy = replace(world, ledger=DynamoDBLedger(client, "jobs"), write_scores=DynamoDBScores(client, "scores", 1).write)
    clock = Clock()
    with_note = {**message, "addedLater": 1}
    assert score_chunk(with_note, busy, clock.patience()) == "sent_again"
    assert clock.remaining_ms >= RESERVE_MS
    assert [json.loads(entry["Body"]) for entry in received(cloud)] == [with_note]
    state = cloud.state(message["jobId"])
    assert (state["status"], state["remaining"]) == ("running", 1)
    assert score_chunk(message, world, Clock().patience()) == "done"
    assert_counted_once(cloud, message)


def test_a_message_that_is_sent_again_is_delayed_and_stays_in_its_group():
    sent = []

    class Queue:
        def send_message(self, **arguments):
            sent.append(arguments)

    SQSOwnQueue(Queue(), "url").send_again({"jobId": "j"}, "group")
    SQSOwnQueue(Queue(), "url").send_again({"jobId": "j"}, None)
    assert 0 < sent[0]["DelaySeconds"] <= 900
    assert sent[0]["MessageGroupId"] == "group"
    assert "MessageGroupId" not in sent[1]


def test_items_that_are_left_unprocessed_are_written_again(cloud, world, message):
    class Picky:
        """Takes ten items a call, as a throttled table does."""

        def __init__(self):
            self.meta = SimpleNamespace(events=self)

        def register(self, event, handler):
            self.handler = handler

        def batch_write_item(self, **_):
            request: dict = {}
            self.handler(params=request)
            ((table, requests),) = json.loads(request["body"])["RequestItems"].items()
            cloud.dynamodb.batch_write_item(RequestItems={table: requests[:10]})
            return {"UnprocessedItems": {table: requests[10:]} if requests[10:] else {}}

    picky = replace(world, write_scores=DynamoDBScores(Picky(), "scores", 3).write)
    assert score_chunk(message, picky, Clock(10**7).patience()) == "done"
    assert_counted_once(cloud, message)


def test_items_that_the_table_refuses_fail_the_chunk(cloud, world, message):
    client = Faulty(cloud.dynamodb, "batch_write_item", aws_error("ValidationException"))
    with pytest.raises(ClientError):
        score_chunk(message, replace(world, write_scores=DynamoDBScores(client, "scores", 2).write), Clock().patience())
    assert cloud.state(message["jobId"])["remaining"] == 1


def test_a_source_that_does_not_answer_goes_back_to_the_queue(cloud, world, message):
    client = Faulty(cloud.s3, "get_object", *[LOST] * 100)
    with pytest.raises(Unavailable):
        score_chunk(message, replace(world, read_source=S3Sources(client).read), Clock().patience())
    assert cloud.state(message["jobId"])["status"] == "running"


def test_a_source_that_is_forbidden_is_no_missing_one(cloud, world, message):
    client = Faulty(cloud.s3, "get_object", aws_error("AccessDenied", 403))
    with pytest.raises(ClientError):
        score_chunk(message, replace(world, read_source=S3Sources(client).read), Clock().patience())
    assert cloud.state(message["jobId"])["status"] == "running"


class Body:
    def __init__(self, data):
        self.read = lambda: data


@pytest.mark.parametrize(("status", "sent"), [(206, b"cd"), (200, b"abcdef")])
def test_a_range_is_taken_as_it_is_or_cut_from_the_whole(status, sent):
    class Server:
        def get_object(self, **arguments):
            assert arguments["Range"] == "bytes=2-3"
            assert arguments["VersionId"] == "v"
            return {"ResponseMetadata": {"HTTPStatusCode": status}, "Body": Body(sent)}

    source = {"bucket": "b", "key": "k", "versionId": "v"}
    assert S3Sources(Server()).read(source, 2, 4, Clock().patience()) == b"cd"


def test_a_header_is_read_once(cloud, world, message):
    client = Faulty(cloud.s3, "get_object")
    sources = S3Sources(client)
    header = message["header"]
    for _ in range(3):
        sources.read(header["object"], header["byteStart"], header["byteEnd"], Clock().patience())
    assert client.calls["get_object"] == 1


def test_waiting_grows_and_ends_before_the_invocation_does():
    clock = Clock(remaining_ms=60_000)
    patience = clock.patience()
    attempts = iter(range(1, 1000))
    with pytest.raises(Throttled):
        deque(map(patience.wait, attempts), maxlen=0)
    assert clock.waits == sorted(clock.waits)
    assert clock.remaining_ms >= RESERVE_MS
    assert max(clock.waits) == 5.0


def test_large_items_go_in_batches_that_a_request_holds():
    class Scale:
        """Takes everything, and notes how large it was."""

        def __init__(self):
            self.meta = SimpleNamespace(events=self)
            self.sizes, self.rows = [], []

        def register(self, event, handler):
            self.handler = handler

        def batch_write_item(self, **_):
            request: dict = {}
            self.handler(params=request)
            self.sizes.append(len(request["body"]))
            puts = json.loads(request["body"])["RequestItems"]["scores"]
            self.rows.extend(put["PutRequest"]["Item"]["sk"]["N"] for put in puts)
            return {}

    scale = Scale()
    items = [{"sk": {"N": str(row)}, "text": {"S": "\x01é" * 100_000}} for row in range(60)]
    DynamoDBScores(scale, "scores", 1).write(items, Clock().patience())
    assert scale.rows == [str(row) for row in range(60)]
    assert max(scale.sizes) < 16_000_000


class OutOfMemory(MemoryError):
    def __init__(self):
        super().__init__("secret row")


def out_of_memory(*_):
    raise OutOfMemory


def test_the_error_that_sends_a_chunk_back_is_noted_by_class_and_place(cloud, world, message):
    failing = replace(world, load_model=out_of_memory)
    for receives in (1, 2):
        with pytest.raises(OutOfMemory):
            score_chunk(message, failing, Clock().patience(), Delivery(receives=receives))
    chunk = cloud.chunk(message["jobId"])
    validate("chunk", chunk)
    noted = chunk["lastError"]
    assert (chunk["status"], noted["error"], noted["receives"]) == ("open", "OutOfMemory", 2)
    assert re.fullmatch(r"test_faults\.py:\d+", noted["where"][-1])
    assert "secret" not in str(chunk)
    assert score_chunk(message, world, Clock().patience()) == "done"
    assert_counted_once(cloud, message)


@pytest.mark.parametrize("fields", [{"status": {"S": "failed"}}, {"attempt": {"N": "2"}}])
def test_an_error_of_a_chunk_that_has_ended_or_begun_anew_is_not_noted(cloud, world, message, fields):
    def end_and_fail(*_):
        cloud.update(message["jobId"], keys.chunk_sort(0), **fields)
        raise OutOfMemory

    with pytest.raises(OutOfMemory):
        score_chunk(message, replace(world, load_model=end_and_fail), Clock().patience())
    assert "lastError" not in cloud.chunk(message["jobId"])


def test_a_ledger_that_cannot_take_the_note_does_not_hide_the_error(cloud, world, message):
    client = Faulty(cloud.dynamodb, "update_item", THROTTLE)
    failing = replace(world, ledger=DynamoDBLedger(client, "jobs"), load_model=out_of_memory)
    clock = Clock()
    with pytest.raises(OutOfMemory):
        score_chunk(message, failing, clock.patience())
    assert (client.calls["update_item"], clock.waits) == (1, [])


def test_a_job_with_too_many_errors_is_stopped_before_another_chunk_is_scored(cloud, world, message):
    job_id = message["jobId"]
    cloud.update(job_id, keys.STATE, toleratedErrors={"N": "0.05"}, rowsFailed={"N": "29"}, rowsTotal={"N": "570"})
    kinds = [{"code": "missing_value", "column": "age", "rows": 20}, {"code": "too_few_fields", "rows": 9}]
    scored = {"jobId": job_id, "chunk": 1, "status": "done", "attempt": 1, "reference": message["reference"]}
    cloud.put_chunk(job_id, {**scored, "errorCounts": kinds})
    assert score_chunk(message, world, Clock().patience()) == "job_failed"
    state = cloud.state(job_id)
    validate("job-state", state)
    assert (state["status"], state["reason"]["code"]) == ("failed", "too_many_errors")
    said = state["reason"]["message"]
    assert (
        "29 of 570 rows failed, more than the tolerated share of 0.05; most often missing_value in column 'age'" in said
    )
    assert cloud.items(job_id) == []
    assert score_chunk(message, world, Clock().patience()) == "not_wanted"
    assert cloud.state(job_id) == state


@pytest.mark.parametrize(
    "fields",
    [
        {"rowsFailed": {"N": "28"}},
        {"toleratedErrors": {"N": "1"}},
        {"reopening": {"BOOL": True}},
    ],
)
def test_a_job_within_its_tolerance_or_being_opened_again_is_scored(cloud, world, message, fields):
    share = {"toleratedErrors": {"N": "0.05"}, "rowsFailed": {"N": "29"}, "rowsTotal": {"N": "570"}}
    cloud.update(message["jobId"], keys.STATE, **share | fields)
    assert score_chunk(message, world, Clock().patience()) == "done"


def test_a_job_whose_split_has_not_ended_is_not_stopped(cloud, world):
    message = cloud.open_job((cloud.samples / "breast_cancer.csv").read_bytes())
    cloud.update(message["jobId"], keys.STATE, toleratedErrors={"N": "0"}, rowsFailed={"N": "1"})
    cloud.remove(message["jobId"], keys.STATE, "rowsTotal")
    assert score_chunk(message, world, Clock().patience()) == "done"


def test_a_stop_that_another_attempt_overtakes_does_not_fail_it(cloud, world, message):
    job_id = message["jobId"]
    share = {"toleratedErrors": {"N": "0"}, "rowsFailed": {"N": "29"}, "rowsTotal": {"N": "570"}}
    cloud.update(job_id, keys.STATE, **share)

    class Overtaken(DynamoDBLedger):
        def error_counts(self, *_):
            cloud.update(job_id, keys.STATE, rowsFailed={"N": "0"}, attempt={"N": "2"})
            return []

    with pytest.raises(Unavailable):
        score_chunk(message, replace(world, ledger=Overtaken(cloud.dynamodb, "jobs")), Clock().patience())
    assert cloud.state(job_id)["status"] == "running"


def test_a_note_of_an_error_is_bounded():
    long = type("Long\x1b" + "x" * 100, (Exception,), {})
    noted = last_error(long(), "2026-11-20T19:00:00.000Z", None)
    assert len(noted["error"]) <= 64
    assert noted["error"].startswith("Long\\x1b")
    assert (noted["where"], "receives" in noted) == ([], False)
