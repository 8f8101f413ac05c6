"""The one kind of error that a user meets: what happened, why, and how to mend it."""

FAILED = 1
MISUSED = 2
NO_CONNECTION = 3
INTERRUPTED = 130


class Failure(Exception):
    """A refusal or failure that is reported in up to three lines, never as a traceback.

    message: what happened, one line, lower case, no full stop. detail: why, a sentence.
    hint: how to mend it, as something to type, a sentence. exit_code: 1, 2 or 3.
    """

    def __init__(
        self, message: str, detail: str = "", hint: str = "", exit_code: int = FAILED
    ) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint
        self.exit_code = exit_code
        for note in self.lines()[1:]:
            self.add_note(note)  # for who calls from Python, and meets it as a traceback

    def lines(self) -> list[str]:
        """Return the report: the message, then detail and hint where there are any."""
        return [f"Error: {self.message}", *(part for part in (self.detail, self.hint) if part)]

    def as_json(self) -> dict[str, str]:
        """Return the report as the object that --json prints."""
        parts = {"error": self.message, "detail": self.detail, "hint": self.hint}
        return {key: value for key, value in parts.items() if value}
