# Stands before MiniStack's script in every Python worker: logging as Lambda's Python runtime sets it up for the JSON log
# format, a line for each record, with what `extra` adds. In a function, so that the worker's names stay its own.
def _log_as_lambda_does() -> None:
    import json
    import logging
    import sys
    import time

    own = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    class JsonLines(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
            line: dict[str, object] = {
                "timestamp": moment,
                "level": record.levelname,
                "message": record.getMessage(),
                "logger": record.name,
            }
            if record.exc_info and record.exc_info[0]:
                line["errorType"] = record.exc_info[0].__name__
                line["errorMessage"] = str(record.exc_info[1])
                line["stackTrace"] = self.formatException(record.exc_info).splitlines()
            line |= {name: value for name, value in vars(record).items() if name not in own}
            return json.dumps(line, default=str)

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)


_log_as_lambda_does()
