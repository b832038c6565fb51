"""Why an import did not happen."""


class ImportRefused(Exception):
    """The file or the moment is not fit for an import; nothing was loaded. Its text is one line for a person."""
