"""Files in inputs."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.shared import uploads

Upload = uploads.Upload


def _read(value: Any) -> uploads.Upload:
    if not isinstance(value, uploads.Upload):
        raise ValueError("Upload is a file: send the request as multipart/form-data (docs/media.md).")
    return value


def _refuse(_value: Any, _variables: Any = None) -> Any:
    raise GraphQLError("Upload is a file of a multipart request, given by a variable.")


SCALARS: dict[object, ScalarDefinition] = {
    Upload: strawberry.scalar(
        name="Upload",
        description="A file, sent by the GraphQL multipart request specification.",
        specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
        parse_value=_read,
        parse_literal=_refuse,
        serialize=_refuse,
    )
}
