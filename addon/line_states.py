"""In which state a line of the film is."""

from __future__ import annotations

from .client.messages import JobStatus, Line


def line_state(line: Line, job: JobStatus | None) -> str:
    """``running`` while a job makes something for it, else ``made`` or ``missing``."""
    if job is not None and job.state == "running" and job.message == line.id:
        return "running"
    return "made" if line.ready else "missing"
