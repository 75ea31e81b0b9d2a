"""What the clients of both functions have in common."""

from datetime import UTC, datetime

from botocore.config import Config


def client_config(connections: int) -> Config:
    """How a client behaves that so many threads use at once."""
    return Config(
        # Retries are the adapters' own, who know how much time an invocation has left.
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=3,
        read_timeout=20,
        max_pool_connections=connections,
        # Three fifths of the cost of a write; the items are built by hand and tested.
        parameter_validation=False,
        # botocore puts its own name together anew for each request, which was a fifth of its time in a profile.
        user_agent="dropscore-predictor",
    )


def now() -> str:
    """ISO 8601, UTC, with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
