"""An S3 server on loopback (moto behind a gate that knows one key), in a thread."""

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

KEY, SECRET = "AKIAKANTOR", "rahasia-kantor"
_REFUSED = b"<?xml version='1.0'?><Error><Code>InvalidAccessKeyId</Code><Message>no</Message></Error>"


@dataclass
class S3Server:
    """A running server.

    Attributes:
        port: Its port.
        bucket: The bucket.
        client: A client of the server's side, to put objects.
        on_object: Called with path and body of every object that is sent; gives what is sent instead.
    """

    port: int
    bucket: str = ""
    client: Any = None
    on_object: Callable[[str, bytes], bytes] | None = None

    def put(self, regency_code: str, name: str, content: bytes) -> None:
        """Put an object below an office's prefix."""
        self.client.put_object(Bucket=self.bucket, Key=f"kantor/{regency_code}/{name}", Body=content)

    def connection_uri(self, regency_code: str, login: str = KEY, **extra: object) -> str:
        """The value of ``AIRFLOW_CONN_…`` for an office."""
        said = {
            "bucket": self.bucket,
            "prefix": f"kantor/{regency_code}",
            "endpoint_url": f"http://127.0.0.1:{self.port}",
            "region_name": "us-east-1",
            "answer_seconds": 5,
        } | extra
        return json.dumps({"conn_type": "aws", "login": login, "password": SECRET, "extra": said})


@contextmanager
def s3_server(root: Path) -> Iterator[S3Server]:
    """Serve what lies in ``root`` as ``<regency>/<dataset>/<file>`` until the end of the block."""
    moto = DomainDispatcherApplication(create_backend_app)
    server = S3Server(0)

    def gate(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if KEY not in environ.get("HTTP_AUTHORIZATION", ""):
            start_response("403 Forbidden", [("Content-Type", "application/xml")])
            return [_REFUSED]
        body: Iterable[bytes] = moto(environ, start_response)
        path = str(environ["PATH_INFO"])
        is_object = environ["REQUEST_METHOD"] == "GET" and path.count("/") > 2
        if server.on_object is not None and is_object:
            return [server.on_object(path, b"".join(body))]
        return body

    http = make_server("127.0.0.1", 0, gate, threaded=True)
    server.port = http.server_port
    server.bucket = f"setoran-{uuid.uuid4().hex}"  # buckets outlive the server in this process
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        server.client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{server.port}",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )
        server.client.create_bucket(Bucket=server.bucket)
        for path in sorted(root.glob("*/*/*")):
            regency_code, dataset, name = path.relative_to(root).parts
            server.put(regency_code, f"{dataset}/{name}", path.read_bytes())
        yield server
    finally:
        http.shutdown()
        thread.join(5)
        http.server_close()
