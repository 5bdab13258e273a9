"""The child's side of `processes.Worker`: load one subject, run its methods as asked, answer in JSON."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from typing import Any, TextIO

__all__: list[str] = []


def _channel() -> TextIO:
    """Keep the pipe to the parent for answers; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def _load(request: dict[str, Any]) -> object:
    if request["cores"]:
        os.sched_setaffinity(0, request["cores"])
    module, _, name = request["subject"].partition(":")
    return getattr(importlib.import_module(module), name)(*request["arguments"])


def _serve(answers: TextIO) -> None:
    subject: object = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "subject" in request:
                subject, result = _load(request), None
            else:
                result = getattr(subject, request["method"])(**request["arguments"])
            answer: dict[str, Any] = {"result": result}
        except Exception:  # noqa: BLE001 - the parent decides; it gets the whole traceback
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve(_channel())
