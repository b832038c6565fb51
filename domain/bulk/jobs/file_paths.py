"""Where the files of imports and exports lie."""

from uuid import UUID

from domain.bulk.kinds import Format


def folder_of(job_id: UUID) -> str:
    return f"bulk/{job_id}"


def source_path(job_id: UUID) -> str:
    return f"{folder_of(job_id)}/source"


def result_path(job_id: UUID, digest: str, format: Format) -> str:
    """Under the hash of what is in it, so that none is overwritten while somebody reads it."""
    return f"{folder_of(job_id)}/{digest[:20]}.{format}"


def errors_path(job_id: UUID) -> str:
    return f"{folder_of(job_id)}/errors.csv"
