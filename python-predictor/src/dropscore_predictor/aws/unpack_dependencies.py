"""The world of the unpack function on AWS, built once per cold start."""

import boto3

from ..settings import UnpackSettings
from ..unpack import UnpackDependencies
from .clients import client_config, now
from .dynamodb_ledger import DynamoDBLedger
from .s3_objects import S3Staging
from .s3_streams import S3Streams
from .sqs_intake import SQSIntake
from .sqs_own_queue import SENDS, SQSOwnQueue


def unpack_dependencies(settings: UnpackSettings) -> UnpackDependencies:
    """Everything that unpacking a source needs."""
    config = client_config(8)
    s3 = boto3.client("s3", config=config)
    return UnpackDependencies(
        ledger=DynamoDBLedger(boto3.client("dynamodb", config=config), settings.jobs_table),
        open_source=S3Streams(s3).open,
        stage=S3Staging(s3, settings.work_bucket).put,
        announce=SQSIntake(boto3.client("sqs", config=config), settings.intake_queue_url).send,
        send_again=SQSOwnQueue(boto3.client("sqs", config=config.merge(SENDS)), settings.unpack_queue_url).send_again,
        now=now,
    )
