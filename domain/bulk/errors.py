from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class FileUnusable(DomainError):
    """The file cannot be read as a whole; nothing of it was stored. `rule` says why, `line` where, 0 for nowhere, and
    `meant` what should perhaps stand there."""

    code = "FILE_UNUSABLE"
    rule: str
    limit: str = ""
    line: int = 0
    meant: str = ""


@dataclass(eq=False)
class JobOver(DomainError):
    """The import or export has ended, and can be cancelled no more."""

    code = "JOB_OVER"
    job_state: str


@dataclass(eq=False)
class TooManyJobs(DomainError):
    """So many of the caller's imports and exports wait or run already."""

    code = "TOO_MANY_JOBS"
    max_jobs: int
