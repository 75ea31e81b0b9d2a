"""What Lambda would bill for on the embedded host: invocations and time of each function, and the queues it polls.

Usage: functions.py ENDPOINT
Prints JSON. The host writes a report of each invocation into the log of its function, as Lambda does.
"""

import json
import re
import sys

import boto3

REPORT = re.compile(r"Billed Duration: (?P<ms>[\d.]+) ms\s+Memory Size: (?P<memory>\d+) MB")
CLIENT = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def main() -> None:
    endpoint = sys.argv[1]
    logs = boto3.client("logs", endpoint_url=endpoint, **CLIENT)
    mappings = boto3.client("lambda", endpoint_url=endpoint, **CLIENT).get_paginator("list_event_source_mappings")
    groups = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/cloudformation/")
    functions = [reported(logs, group["logGroupName"]) for page in groups for group in page["logGroups"]]
    sources = [one["EventSourceArn"] for page in mappings.paginate() for one in page["EventSourceMappings"]]
    polled = sum(":sqs:" in source for source in sources)
    print(json.dumps({"functions": functions, "polledQueues": polled}))


def reported(logs, group: str) -> dict:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern="REPORT")
    found = [REPORT.search(event["message"]) for page in pages for event in page["events"]]
    reports = [(float(report["ms"]), int(report["memory"])) for report in found if report]
    return {
        "name": group.rsplit("/", 1)[-1],
        "invocations": len(reports),
        "gbSeconds": sum(ms / 1000 * memory / 1024 for ms, memory in reports),
    }


main()
