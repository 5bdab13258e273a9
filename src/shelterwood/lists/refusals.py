"""Why a list file as a whole is refused: then nothing of it is kept, and the list stays as it was."""

from __future__ import annotations

from shelterwood.errors import ShelterwoodError

__all__ = ["FormatUnknown", "ListFileNotReadable", "SourceNotNamed"]


class ListFileNotReadable(ShelterwoodError):
    """A list file is broken as a whole: cut off, not well-formed, over a limit, or not what it claims to be.

    `read_before` counts the rows that were understood before the break.
    """

    read_before: int = 0

    def explain(self) -> str:
        """Add how far it was read, and that nothing of it was kept."""
        before = f" {self.read_before:,} rows before that were sound; none was kept." if self.read_before else ""
        return f"{self.fact}{before} {self.remedy}".strip()


class FormatUnknown(ListFileNotReadable):
    """The content of a list file is of no format that is read here."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(
            f"{file} is of no known list format: {why}.",
            remedy="Formats: csv, jsonl, vics (1.2 to 2.0, JSON), ncmec (hash sharing v2, XML).",
        )


class SourceNotNamed(ListFileNotReadable):
    """The format does not say whose entries these are, and the caller did not either."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} does not say which source its entries come from.",
            remedy="Name the source, for example a short name of the organisation and the list.",
        )
