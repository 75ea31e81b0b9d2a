"""Whether a pickled model names only what is known, judged before it is loaded."""

from .trust import refuse_untrusted, untrusted_globals

__all__ = ["refuse_untrusted", "untrusted_globals"]
