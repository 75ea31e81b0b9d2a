"""The one way in which a publish ends badly on purpose."""


class Refused(Exception):
    """The model was not published, or not made the current one. Says why, and how to mend it."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.remedy = remedy

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\n{self.remedy}" if self.remedy else message

    @property
    def message(self) -> str:
        """What is wrong, without the remedy."""
        return super().__str__()


def listed(names: list[str], limit: int = 8) -> str:
    """Some names of many, for a sentence."""
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown
