"""How a command says that it can't go on: one message, one exit status, no traceback."""

from typing import Final

#: A check or a test failed.
FAILED: Final = 1
#: Wrong use or configuration.
WRONG_USE: Final = 2


class CommandError(Exception):
    """Ends a command with `message` on standard error and `exit_code`."""

    def __init__(self, message: str, exit_code: int = WRONG_USE) -> None:
        super().__init__(message)
        self.exit_code = exit_code
