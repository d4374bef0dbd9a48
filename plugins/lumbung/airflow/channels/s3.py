"""Files in an office's S3-compatible storage, under prefixes named after the datasets."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
)

from lumbung.airflow.channels.connections import Place, place_of
from lumbung.intake.channels.base import Arrival, ChannelError, Errand, Notice, Whose
from lumbung.intake.channels.download import save
from lumbung.intake.channels.listed import Listed, NotTakenError, take
from lumbung.intake.channels.names import ANSWERS, is_passed_over, printable

_ANSWER_SECONDS = 20.0
_BLOCK = 256 << 10
_ENTRIES = 5_000
_REFUSED = frozenset(
    {
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "AuthorizationHeaderMalformed",
        "ExpiredToken",
        "InvalidToken",
        "RequestTimeTooSkewed",
    }
)
"""Codes by which a server says that it does not know us; a clock that is wrong is ours as well."""


class S3Channel:
    """Reads ``<prefix>/<dataset>/<file>`` of a bucket; changes nothing in it.

    The connection (type ``aws``) has the access key as login and the secret key as password; its extra has
    ``bucket`` (obligatory) and may have ``prefix``, ``endpoint_url``, ``region_name``, ``verify`` and
    ``answer_seconds`` (longest silence; default 20).
    """

    name = "s3"

    def __init__(self, connection_id: str) -> None:
        """``connection_id`` names the Airflow connection; it is looked up when something is fetched."""
        self._connection_id = connection_id

    def fetch(self, errand: Errand) -> Iterator[Arrival | Notice]:
        """The office's files, oldest first.

        Raises:
            ChannelError: *ours*: connection or credentials; *line*: nobody answers, too slow, cut off;
                *theirs*: the bucket is missing or closed to us, or the server fails.
        """
        place = place_of(self._connection_id)
        seconds = errand.seconds_left(place.number("answer_seconds", _ANSWER_SECONDS, 60))
        bucket = place.text("bucket")
        with said(place):
            client = client_of(place, seconds)
            notices, found = _list(client, bucket, prefix_of(place), errand)
        yield from notices

        def download(entry: Listed) -> Path:
            with said(place):
                return _download(client, bucket, errand, entry)

        yield from take(errand, found, download)


def prefix_of(place: Place) -> str:
    """The prefix of the office's keys: empty, or ending with a slash."""
    prefix = place.text("prefix", "").strip("/")
    return f"{prefix}/" if prefix else ""


def client_of(place: Place, seconds: float) -> Any:
    """A client that gives up soon: one more attempt, and `seconds` of silence at most in each.

    Raises:
        ChannelError: The connection holds no keys of its own: ours to mend.
    """
    if not place.connection.login or not place.connection.password:
        # Without this the library would go looking for keys of this machine.
        raise place.wrong("it has no access key and secret", "Give it a login and a password.")
    style = {"addressing_style": "path"} if place.extra.get("endpoint_url") else {}
    config = Config(
        connect_timeout=min(seconds, 5.0),
        read_timeout=seconds,
        retries={"total_max_attempts": 2, "mode": "standard"},
        s3=style,
    )
    return S3Hook(aws_conn_id=place.connection_id, config=config).get_conn()


@contextmanager
def said(place: Place) -> Iterator[None]:
    """Turn the errors of the library into whose side must act."""
    server = str(place.extra.get("endpoint_url") or "the S3 service")
    bucket = place.text("bucket")
    try:
        yield
    except ClientError as error:
        raise _answered(place, server, bucket, error) from error
    except (NoCredentialsError, ParamValidationError, ValueError) as error:
        raise place.wrong(
            f"its keys, bucket or address cannot be used ({type(error).__name__})",
            "Correct login, password, `bucket` and `endpoint_url`.",
        ) from error
    except (BotoCoreError, OSError) as error:
        raise ChannelError(
            Whose.LINE,
            f"{server} did not answer, or broke off ({type(error).__name__}).",
            remedy="Run again later; if it stays, ask the office whether its storage is up.",
        ) from error


def _answered(place: Place, server: str, bucket: str, error: ClientError) -> ChannelError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in _REFUSED:
        return ChannelError(
            Whose.OURS,
            f"{server} refuses our keys ({code}).",
            remedy=f"Agree on keys with the office and correct {place.connection_id}; see that the clock is"
            " right.",
        )
    if code == "NoSuchBucket":
        return ChannelError(
            Whose.THEIRS,
            f"{server} has no bucket {bucket!r}.",
            remedy="Ask the office for the bucket's name, and correct `bucket` in the connection's extra.",
        )
    if code in ("AccessDenied", "403"):
        return ChannelError(
            Whose.THEIRS,
            f"{server} does not open the bucket {bucket!r} to our keys.",
            remedy="Ask the office to let these keys list and read it.",
        )
    return ChannelError(
        Whose.THEIRS,
        f"{server} answers with an error ({printable(code)[:60]}).",
        remedy="Run again later; if it stays, ask the office to look at its storage.",
    )


def _list(client: Any, bucket: str, prefix: str, errand: Errand) -> tuple[list[Notice], list[Listed]]:
    """What lies below the datasets' prefixes."""
    notices: list[Notice] = []
    found: list[Listed] = []
    datasets: list[str] = []
    for page in _pages(client, bucket, prefix, errand):
        for entry in page.get("CommonPrefixes", ()):
            datasets.append(entry["Prefix"][len(prefix) : -1])
        for entry in page.get("Contents", ()):
            name = entry["Key"][len(prefix) :]
            if name and not is_passed_over(name):
                notices.append(Notice(f"{_shown(errand, name)} is in no dataset's folder"))
    for dataset in sorted(datasets):
        if is_passed_over(dataset) or dataset == ANSWERS:
            continue
        if dataset not in errand.datasets:
            notices.append(Notice(f"{_shown(errand, dataset)}: there is no dataset {dataset[:100]!r}"))
            continue
        top = f"{prefix}{dataset}/"
        for page in _pages(client, bucket, top, errand):
            for entry in page.get("CommonPrefixes", ()):
                notices.append(Notice(f"{_shown(errand, entry['Prefix'][len(prefix) :])} is not a file"))
            for entry in page.get("Contents", ()):
                name = entry["Key"][len(top) :]
                if not name or is_passed_over(name):
                    continue
                if len(found) == _ENTRIES:
                    notices.append(
                        Notice(f"{errand.regency_code}: only the first {_ENTRIES} files are looked at")
                    )
                    return notices, found
                found.append(
                    Listed(
                        dataset, name, entry["Key"], entry["Size"], entry["LastModified"], str(entry["ETag"])
                    )
                )
    return notices, found


def _pages(client: Any, bucket: str, prefix: str, errand: Errand) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/"):
        errand.seconds_left()
        yield page


def _download(client: Any, bucket: str, errand: Errand, entry: Listed) -> Path:
    try:
        answer = client.get_object(Bucket=bucket, Key=entry.key, IfMatch=entry.mark)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ("PreconditionFailed", "412"):
            raise NotTakenError("it is still being written; the next night takes it") from error
        if code in ("NoSuchKey", "404"):
            raise NotTakenError("it is gone again") from error
        raise
    body = answer["Body"]
    try:
        return save(errand, body.iter_chunks(_BLOCK), answer["ContentLength"])
    finally:
        body.close()


def _shown(errand: Errand, name: str) -> str:
    return printable(f"{errand.regency_code}/{name}"[:200])
