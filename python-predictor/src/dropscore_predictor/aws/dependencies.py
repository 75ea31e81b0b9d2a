"""The world of a predictor on AWS, built once per cold start."""

import tempfile
from pathlib import Path

import boto3

from ..chunk import ChunkDependencies
from ..meter import Meter
from ..models import ModelRegistry
from ..settings import Settings
from .clients import client_config, now
from .dynamodb_forgotten import DynamoDBForgotten
from .dynamodb_ledger import DynamoDBLedger
from .dynamodb_scores import DynamoDBScores
from .earlier_jobs import AWSEarlierJobs
from .metered import metered_dynamodb, metered_s3
from .s3_objects import S3Models, S3Results, S3Sources
from .sqs_own_queue import SENDS, SQSOwnQueue


def aws_dependencies(settings: Settings) -> ChunkDependencies:
    """Everything that scoring a chunk needs."""
    config = client_config(settings.write_threads + 2)
    s3 = boto3.client("s3", config=config)
    dynamodb = boto3.client("dynamodb", config=config)
    meter = Meter(settings.memory_mib)
    metered_s3(s3, meter)
    metered_dynamodb(dynamodb, meter)
    models = ModelRegistry(
        S3Models(s3, settings.models_bucket),
        settings.runtime,
        Path(tempfile.gettempdir()) / "dropscore-models",
        settings.memory_mib << 20,
        settings.runtimes,
    )
    results = S3Results(s3, settings.results_bucket)
    return ChunkDependencies(
        ledger=DynamoDBLedger(dynamodb, settings.jobs_table),
        read_source=S3Sources(s3).read,
        load_model=models.load,
        forgotten=DynamoDBForgotten(dynamodb, settings.jobs_table).of,
        write_scores=DynamoDBScores(dynamodb, settings.scores_table, settings.write_threads).write,
        put_result=results.put,
        earlier_jobs=AWSEarlierJobs(dynamodb, settings.jobs_table, settings.scores_table, results),
        send_again=SQSOwnQueue(boto3.client("sqs", config=config.merge(SENDS)), settings.chunk_queue_url).send_again,
        meter=meter,
        now=now,
    )
