"""A deployment's buckets, tables and queues on the embedded host, and what a test puts there and reads back."""

import csv
import gzip
import hashlib
import io
import json
import uuid
from pathlib import Path
from typing import Any

import boto3

from dropscore_predictor import keys
from factories import JOB_TIME, read_json

SETTINGS = {
    "JOBS_TABLE": "jobs",
    "SCORES_TABLE": "scores",
    "MODELS_BUCKET": "models",
    "RESULTS_BUCKET": "results",
    "WORK_BUCKET": "work",
    "RUNTIME": "classic",
    "WRITE_THREADS": "4",
}
CLIENT = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


class Cloud:
    def __init__(self, endpoint: str, samples: Path) -> None:
        self.endpoint = endpoint
        self.samples = samples
        self.s3, self.dynamodb, self.sqs = (
            boto3.client(service, endpoint_url=endpoint, **CLIENT) for service in ("s3", "dynamodb", "sqs")
        )
        for bucket in ("input", "models", "results", "work"):
            self.s3.create_bucket(Bucket=bucket)
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self._create_table("jobs", "S")
        self._create_table("scores", "N")
        self.queue, self.unpack_queue, self.intake = (
            self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("chunk-classic", "unpack", "intake")
        )
        for path in (samples / "models").rglob("*"):
            if path.is_file():
                self.s3.upload_file(str(path), "models", str(path.relative_to(samples / "models")))

    @property
    def environment(self) -> dict[str, str]:
        access = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
        queues = {"CHUNK_QUEUE_URL": self.queue, "UNPACK_QUEUE_URL": self.unpack_queue, "INTAKE_QUEUE_URL": self.intake}
        return {**SETTINGS, **access, **queues, "AWS_ENDPOINT_URL": self.endpoint}

    def _create_table(self, name: str, sort_type: str) -> None:
        self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": sort_type},
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )

    def open_job(self, text: bytes, model: str = "breast-cancer", rows: int | None = None, **changes: Any) -> dict:
        """A job of one chunk that holds all of the text, and the message for it."""
        job_id = uuid.uuid4().hex[:24]
        version = self.s3.put_object(Bucket="input", Key=f"incoming/{model}/{job_id}.csv", Body=text)["VersionId"]
        source = {"bucket": "input", "key": f"incoming/{model}/{job_id}.csv", "versionId": version}
        header = text.index(b"\n") + 1
        reference = {
            "object": source,
            "byteStart": header,
            "byteEnd": len(text),
            "firstRow": 0,
            "firstLine": 2,
            "rowCount": text[header:].count(b"\n") if rows is None else rows,
        }
        self.put_job(job_id, {"jobId": job_id, "chunk": 0, "status": "open", "attempt": 1, "reference": reference})
        return {
            "jobId": job_id,
            "chunk": 0,
            "attempt": 1,
            "source": source,
            "format": "csv",
            "reference": reference,
            "header": {"object": source, "byteStart": 0, "byteEnd": header},
            "dialect": {"delimiter": ",", "decimal": "."},
            "model": self.pin(model),
            "output": "both",
            "sourceTime": JOB_TIME,
            **changes,
        }

    def open_unpack(self, data: bytes, **changes: Any) -> dict:
        """A job that is not split, and the message that asks for its source to be unpacked."""
        job_id = uuid.uuid4().hex[:24]
        key = f"incoming/breast-cancer/{job_id}.joblib"
        version = self.s3.put_object(Bucket="input", Key=key, Body=data)["VersionId"]
        self._put_item(job_id, keys.STATE, _running(job_id, splitDone=False, remaining=0))
        return {
            "type": "unpack",
            "jobId": job_id,
            "source": {"bucket": "input", "key": key, "versionId": version},
            "sourceBytes": len(data),
            "chunkRows": 20_000,
            "chunkBytes": 8 << 20,
            **changes,
        }

    def put_job(self, job_id: str, chunk: dict, **state: Any) -> None:
        split = {"splitDone": True, "rowsTotal": chunk["reference"]["rowCount"], "chunksTotal": 1, "remaining": 1}
        self._put_item(job_id, keys.STATE, _running(job_id, **{**split, **state}))
        self.put_chunk(job_id, chunk)

    def put_info(self, message: dict) -> None:
        """What of the job's own item is read of one that another renews."""
        pinned = {"jobId": message["jobId"], "source": message["source"], "modelName": message["model"]["name"]}
        shadow = {"shadowOf": message["shadowOf"]} if "shadowOf" in message else {}
        self._put_item(message["jobId"], keys.INFO, {**pinned, **shadow, "settings": {"output": message["output"]}})

    def put_chunk(self, job_id: str, chunk: dict) -> None:
        self._put_item(job_id, keys.chunk_sort(chunk["chunk"]), chunk)

    def remove(self, job_id: str, sort: str, field: str) -> None:
        self.dynamodb.update_item(
            TableName="jobs",
            Key={"pk": {"S": keys.job_partition(job_id)}, "sk": {"S": sort}},
            UpdateExpression="REMOVE #field",
            ExpressionAttributeNames={"#field": field},
        )

    def _put_item(self, job_id: str, sort: str, item: dict) -> None:
        table = boto3.resource("dynamodb", endpoint_url=self.endpoint, **CLIENT).Table("jobs")
        table.put_item(Item={"pk": keys.job_partition(job_id), "sk": sort, **item})

    def update(self, job_id: str, sort: str, **fields: dict) -> None:
        self.dynamodb.update_item(
            TableName="jobs",
            Key={"pk": {"S": keys.job_partition(job_id)}, "sk": {"S": sort}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in fields),
            ExpressionAttributeNames={f"#{name}": name for name in fields},
            ExpressionAttributeValues={f":{name}": value for name, value in fields.items()},
        )

    def pin(self, model: str, version: int = 1) -> dict:
        body = self.s3.get_object(Bucket="models", Key=keys.manifest_key(model, version))["Body"].read()
        sha256 = hashlib.sha256(body).hexdigest()
        return {"name": model, "version": version, "manifestSha256": sha256, "runtime": "classic"}

    def publish(self, name: str, manifest: dict, artifacts: dict[str, bytes]) -> dict:
        self.s3.put_object(Bucket="models", Key=keys.manifest_key(name, 1), Body=json.dumps(manifest).encode())
        for path, body in artifacts.items():
            self.s3.put_object(Bucket="models", Key=keys.artifact_key(name, 1, path), Body=body)
        return self.pin(name)

    def job_item(self, job_id: str, sort: str) -> dict:
        key = {"pk": {"S": keys.job_partition(job_id)}, "sk": {"S": sort}}
        return read_json(self.dynamodb.get_item(TableName="jobs", Key=key, ConsistentRead=True)["Item"])

    def state(self, job_id: str) -> dict:
        return self.job_item(job_id, keys.STATE)

    def chunk(self, job_id: str) -> dict:
        return self.job_item(job_id, keys.chunk_sort(0))

    def items(self, job_id: str, blocks: int = 1) -> list[dict]:
        """The job's score items in the order of the rows, as DynamoDB holds them."""
        found = []
        for block in range(blocks):
            pages = self.dynamodb.get_paginator("query").paginate(
                TableName="scores",
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": keys.score_partition(job_id, block * 1000)}},
            )
            found += [item for page in pages for item in page["Items"]]
        return found

    def scores(self, job_id: str, blocks: int = 1) -> list[dict]:
        return [read_json(item) for item in self.items(job_id, blocks)]

    def results(self, job_id: str, model: str = "breast-cancer") -> list[dict]:
        key = keys.result_part_key(model, job_id, 0)
        body = self.s3.get_object(Bucket="results", Key=key)["Body"].read()
        return list(csv.DictReader(io.StringIO(gzip.decompress(body).decode(), newline="")))


def _running(job_id: str, **state: Any) -> dict:
    return {
        "jobId": job_id,
        "status": "running",
        "attempt": 1,
        "chunksFailed": 0,
        "rowsScored": 0,
        "rowsFailed": 0,
        "checkpoint": {"byte": 0, "row": 0, "line": 1, "chunk": 0},
        "progressAt": JOB_TIME,
        "openShard": f"open#{job_id[0]}",
        "openSince": JOB_TIME,
        **state,
    }
