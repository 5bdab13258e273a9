"""From a source (folders, archives, files, standard input) to rows: what a file is, what was checked, what matched.

    lists = EnabledLists.of([IndicatorList.open("cups.swl")], at=now)
    run(Plan(sources=["photos"], lists=lists), ResultsFile(path, settings={}), render=lines_of(Format.JSONL))

docs/reference/scan-results.md describes the rows field by field.
"""

from __future__ import annotations

from shelterwood.scanning.engine import Plan, run
from shelterwood.scanning.fingerprint_formats import FingerprintFormat, fingerprint_heading, fingerprint_lines_of
from shelterwood.scanning.formats import Format, heading, lines_of
from shelterwood.scanning.matching import EnabledLists, ListNamedTwice, NothingToMatch, Reach
from shelterwood.scanning.names import Spelling, on_one_line, spell, unspell
from shelterwood.scanning.outcomes import Outcome, WhyNot
from shelterwood.scanning.results import (
    ResultsBusy,
    ResultsFile,
    ResultsFinished,
    ResultsFromAnotherScan,
    ResultsNotOurs,
    ResultsNotWritten,
    ResultsSink,
    ResultsStream,
)
from shelterwood.scanning.rows import FramePrint, Match, Row, Traits
from shelterwood.scanning.scanner import Scanner
from shelterwood.scanning.summary import ListAtWork, in_words
from shelterwood.scanning.tally import Tally
from shelterwood.scanning.walk import Found, Position, SourceNotFound, Unread, check_sources, walk

__all__ = [
    "EnabledLists",
    "FingerprintFormat",
    "Format",
    "Found",
    "FramePrint",
    "ListAtWork",
    "ListNamedTwice",
    "Match",
    "NothingToMatch",
    "Outcome",
    "Plan",
    "Position",
    "Reach",
    "ResultsBusy",
    "ResultsFile",
    "ResultsFinished",
    "ResultsFromAnotherScan",
    "ResultsNotOurs",
    "ResultsNotWritten",
    "ResultsSink",
    "ResultsStream",
    "Row",
    "Scanner",
    "SourceNotFound",
    "Spelling",
    "Tally",
    "Traits",
    "Unread",
    "WhyNot",
    "check_sources",
    "fingerprint_heading",
    "fingerprint_lines_of",
    "heading",
    "in_words",
    "lines_of",
    "on_one_line",
    "run",
    "spell",
    "unspell",
    "walk",
]
