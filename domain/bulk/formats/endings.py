"""Which format a file is of, by its name."""

from domain.bulk.kinds import Format


def format_of(name: str) -> Format | None:
    """By the ending of a file's name; None where that tells nothing."""
    ending = name.casefold().removesuffix(".gz").rpartition(".")[2]
    endings = {"csv": Format.CSV, "tsv": Format.CSV, "txt": Format.CSV, "jsonl": Format.JSONL, "ndjson": Format.JSONL}
    return endings.get(ending, Format.XLSX if ending == "xlsx" else None)
