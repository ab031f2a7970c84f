"""What the commands besides run find out: values in, a report out, and how a report looks."""

DONE, FAILED, WRONG_USE = 0, 1, 2
"""Exit codes of every command."""


class WrongUseError(Exception):
    """The command was called in a way that means nothing; the message shows a right call."""
