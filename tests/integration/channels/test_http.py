"""The HTTP channel against a server that misbehaves on purpose."""

import json
import ssl
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lumbung.airflow.channels.http import HttpChannel
from lumbung.intake.channels.base import Arrival, ChannelError, Errand, Notice, Whose
from tests.servers.http import (
    LOGIN,
    PASSWORD,
    TOKEN,
    Answer,
    Call,
    HttpServer,
    Reply,
    basic,
    free_port,
    guarded,
    http_server,
    unchanged,
)

DAY = date(2026, 7, 28)
ROWS = b'[{"pasar": "Pasar Rogojampi", "harga": 34500}]'
GOOD = Reply(ROWS, headers={"Content-Type": "application/json"})
STOCKS = {"staple_stocks": "/stok"}
BOTH = STOCKS | {"staple_prices": "/harga"}


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with http_server() as running:
        running.answers["/stok"] = GOOD
        yield running


@pytest.fixture
def errand(tmp_path: Path) -> Errand:
    return Errand("3510", DAY, frozenset(("staple_prices", "staple_stocks")), tmp_path)


@pytest.fixture
def fetch(monkeypatch: pytest.MonkeyPatch, errand: Errand) -> Any:
    """Fetch over a connection: what came, and the failure after it."""

    def run(connection: str, own: Errand = errand) -> tuple[list[Arrival | Notice], ChannelError | None]:
        monkeypatch.setenv("AIRFLOW_CONN_OFFICE_3510", connection)
        came: list[Arrival | Notice] = []
        try:
            for item in HttpChannel("office_3510").fetch(own):
                came.append(item)
        except ChannelError as error:
            shown = "".join(traceback.format_exception(error))
            assert not any(secret in shown for secret in (PASSWORD, TOKEN))
            return came, error
        return came, None

    return run


def names(came: list[Arrival | Notice]) -> list[str]:
    return [item.source_name if isinstance(item, Arrival) else item.text for item in came]


def failing(
    server: HttpServer, fetch: Any, answer: Answer, said: Any = "/harga", **extra: Any
) -> ChannelError:
    """How asking for prices fails, after the stocks were given."""
    server.answers["/harga"] = answer
    came, error = fetch(server.connection(STOCKS | {"staple_prices": said}, extra=extra))
    assert names(came) == ["stok.json"]
    assert came[0].path.read_bytes() == ROWS
    assert isinstance(error, ChannelError)
    return error


def test_an_answer_is_kept_byte_by_byte(server: HttpServer, fetch: Any) -> None:
    body = b"\xef\xbb\xbfTanggal;Harga\r\n28/07/2026;34.500\r\n"
    changed = "Tue, 28 Jul 2026 04:00:00 GMT"
    headers = {
        "Content-Type": "text/csv",
        "Content-Disposition": 'attachment; filename="../../etc/passwd"',
        "Last-Modified": changed,
    }
    server.answers["/harga"] = Reply(body, headers=headers)
    came, error = fetch(server.connection({"staple_prices": "/harga"}))
    (arrival,) = came
    assert error is None
    assert arrival.path.read_bytes() == body
    assert (arrival.dataset, arrival.source_name) == ("staple_prices", "harga.csv")
    assert arrival.arrived_at == datetime(2026, 7, 28, 4, tzinfo=UTC)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_workbook_of_a_path_keeps_its_name(server: HttpServer, fetch: Any, chunked: bool) -> None:
    body = bytes(range(256)) * 700
    server.answers["/unduh/Harga Pokok.xlsx"] = Reply(body, is_chunked=chunked)
    (arrival,), error = fetch(server.connection({"staple_prices": "/unduh/Harga Pokok.xlsx"}))
    assert (arrival.source_name, arrival.path.read_bytes(), error) == ("Harga Pokok.xlsx", body, None)


def test_nobody_there_is_the_lines(fetch: Any) -> None:
    connection = json.dumps(
        {"conn_type": "http", "host": "127.0.0.1", "port": free_port(), "extra": {"datasets": BOTH}}
    )
    came, error = fetch(connection)
    assert (came, error.whose) == ([], Whose.LINE)
    assert "cannot be reached" in error.what


@pytest.mark.parametrize(
    "slow",
    [Reply(ROWS, delay=30), Reply(ROWS, drip=0.05), Reply(ROWS * 9, drip=0.05, is_chunked=True)],
    ids=["silent", "drips", "drips in chunks"],
)
def test_a_slow_server_costs_no_more_than_its_time(
    server: HttpServer, fetch: Any, errand: Errand, slow: Reply
) -> None:
    server.answers["/harga"] = slow
    began = time.monotonic()
    came, error = fetch(server.connection(BOTH), replace(errand, ends_at=began + 0.6))
    assert time.monotonic() - began < 2
    assert names(came) == ["stok.json"]
    assert error.whose is Whose.LINE


@pytest.mark.parametrize("chunked", [False, True])
def test_a_cut_download_is_the_lines(server: HttpServer, fetch: Any, errand: Errand, chunked: bool) -> None:
    error = failing(server, fetch, Reply(ROWS * 50, cut=70, is_chunked=chunked))
    assert error.whose is Whose.LINE
    assert len(list(errand.folder.iterdir())) == 1  # nothing is left of the part


def test_what_follows_a_cut_download_is_taken(server: HttpServer, fetch: Any) -> None:
    server.answers["/harga"] = Reply(ROWS * 50, cut=70)
    came, error = fetch(server.connection({"staple_prices": "/harga"} | STOCKS))
    assert (names(came), error.whose) == (["stok.json"], Whose.LINE)


def test_a_login_lets_in_and_a_wrong_one_is_ours(server: HttpServer, fetch: Any) -> None:
    server.answers["/harga"] = guarded("Authorization", basic(LOGIN, PASSWORD), GOOD)
    datasets = {"staple_prices": "/harga"}
    came, error = fetch(server.connection(datasets, login=LOGIN, password=PASSWORD))
    assert (names(came), error) == (["harga.json"], None)
    came, error = fetch(server.connection(BOTH, login=LOGIN, password=PASSWORD + "!"))
    assert (names(came), error.whose) == (["stok.json"], Whose.OURS)
    assert len([call for call in server.calls if call.path == "/harga"]) == 2  # asked once, no account locked


@pytest.mark.parametrize(
    ("extra", "header", "value"),
    [({}, "Authorization", f"Bearer {TOKEN}"), ({"token_header": "X-Api-Key"}, "X-Api-Key", TOKEN)],
)
def test_a_token_lets_in(
    server: HttpServer, fetch: Any, extra: Mapping[str, str], header: str, value: str
) -> None:
    server.answers["/harga"] = guarded(header, value, GOOD)
    extra = {"auth": "token", **extra}
    came, error = fetch(server.connection({"staple_prices": "/harga"}, password=TOKEN, extra=extra))
    assert (names(came), error) == (["harga.json"], None)
    came, error = fetch(server.connection({"staple_prices": "/harga"}, password="x", extra=extra))
    assert (came, error.whose) == ([], Whose.OURS)


def test_the_extra_is_not_sent_to_the_office(server: HttpServer, fetch: Any) -> None:
    fetch(server.connection(STOCKS))
    assert not {"datasets", "backoff_seconds"} & set(server.calls[0].headers)


def test_what_has_not_changed_is_not_given_again(server: HttpServer, fetch: Any, errand: Errand) -> None:
    server.answers["/harga"] = unchanged(ROWS, "application/json")
    connection = server.connection({"staple_prices": "/harga"})
    (first,), _ = fetch(connection)
    remembered = replace(errand, remembered={first.item: first.mark})
    assert fetch(connection, remembered) == ([], None)
    again, _ = fetch(connection)  # forgotten: the same bytes under the same name
    assert (again[0].path.read_bytes(), names(again)) == (ROWS, [first.source_name])
    server.answers["/harga"] = unchanged(ROWS + b" ", "application/json")
    newer, _ = fetch(connection, remembered)
    assert newer[0].item == first.item
    assert newer[0].mark != first.mark


def test_another_question_is_not_asked_with_the_old_mark(
    server: HttpServer, fetch: Any, errand: Errand
) -> None:
    server.answers["/harga"] = unchanged(ROWS, "application/json")
    connection = server.connection({"staple_prices": {"path": "/harga", "params": {"sampai": "{to}"}}})
    (first,), _ = fetch(connection)
    own = replace(errand, remembered={first.item: first.mark}, business_date=DAY + timedelta(days=1))
    (second,), _ = fetch(connection, own)
    assert second.source_name == first.source_name
    assert "if-none-match" not in server.calls[-1].headers


def test_the_last_seven_days_are_asked_for(server: HttpServer, fetch: Any) -> None:
    params = {"dari": "{from}", "sampai": "{to}"}
    server.answers["/api/harga"] = GOOD
    came, _ = fetch(server.connection({"staple_prices": {"path": "/api/harga", "params": params}}))
    assert server.calls[0].query == {"dari": "2026-07-22", "sampai": "2026-07-28"}
    assert names(came) == ["harga.json"]
    said = {"path": "/api/harga", "params": {"tgl": "{date}"}, "date_format": "%d-%m-%Y", "days": 2}
    came, _ = fetch(server.connection({"staple_prices": said}))
    assert [call.query["tgl"] for call in server.calls[1:]] == ["27-07-2026", "28-07-2026"]
    assert names(came) == ["harga_2026-07-27.json", "harga_2026-07-28.json"]


@pytest.mark.parametrize("status", [403, 429, 503])
def test_a_busy_server_is_given_time(server: HttpServer, fetch: Any, status: int) -> None:
    server.answers["/harga"] = [
        Reply(status=status),
        Reply(status=status, headers={"Retry-After": "0"}),
        GOOD,
    ]
    came, error = fetch(server.connection({"staple_prices": "/harga"}))
    assert (names(came), error, len(server.calls)) == (["harga.json"], None, 3)


def test_what_the_server_wants_to_wait_is_waited(server: HttpServer, fetch: Any) -> None:
    server.answers["/harga"] = [Reply(status=429, headers={"Retry-After": "1"}), GOOD]
    began = time.monotonic()
    came, _ = fetch(server.connection({"staple_prices": "/harga"}))
    assert names(came) == ["harga.json"]
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize("after", ["3600", "Tue, 28 Jul 2099 04:00:00 GMT"])
def test_patience_ends_with_the_errand(server: HttpServer, fetch: Any, after: str) -> None:
    began = time.monotonic()
    error = failing(server, fetch, Reply(status=429, headers={"Retry-After": after}))
    assert error.whose is Whose.THEIRS
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("status", "whose"),
    [
        (403, Whose.THEIRS),
        (404, Whose.THEIRS),
        (500, Whose.THEIRS),
        (503, Whose.THEIRS),
        (304, Whose.THEIRS),
        (400, Whose.OURS),
        (407, Whose.OURS),
    ],
)
def test_an_error_answer_says_whose_it_is(server: HttpServer, fetch: Any, status: int, whose: Whose) -> None:
    assert failing(server, fetch, Reply(status=status)).whose is whose


@pytest.mark.parametrize("declared", ["text/html; charset=utf-8", "application/json"])
def test_a_login_page_in_place_of_data_is_theirs(server: HttpServer, fetch: Any, declared: str) -> None:
    page = Reply(b"\n<!DOCTYPE html><html><form>Login</form></html>", headers={"Content-Type": declared})
    error = failing(server, fetch, page)
    assert error.whose is Whose.THEIRS
    assert "web page" in error.what


def test_a_page_with_tables_is_taken_where_it_is_meant(server: HttpServer, fetch: Any) -> None:
    server.answers["/harga"] = Reply(b"<html><table></table></html>", headers={"Content-Type": "text/html"})
    came, error = fetch(server.connection({"staple_prices": {"path": "/harga", "html": True}}))
    assert (names(came), error) == (["harga.html"], None)


@pytest.mark.parametrize("announced", [False, True])
def test_what_is_too_large_is_told_and_the_rest_taken(
    server: HttpServer, fetch: Any, errand: Errand, announced: bool
) -> None:
    server.answers["/harga"] = Reply(ROWS * 100, is_chunked=not announced)
    came, error = fetch(
        server.connection({"staple_prices": "/harga"} | STOCKS), replace(errand, most_bytes=1000)
    )
    assert isinstance(came[0], Notice)
    assert "larger than" in came[0].text
    assert (names(came)[1:], error) == (["stok.json"], None)


def test_redirects_are_followed_within_the_server_only(server: HttpServer, fetch: Any) -> None:
    server.answers["/harga"] = Reply(status=302, headers={"Location": "/v2/harga?x=1"})
    server.answers["/v2/harga"] = GOOD
    came, error = fetch(server.connection({"staple_prices": "/harga"}, login=LOGIN, password=PASSWORD))
    assert (names(came), error) == (["harga.json"], None)
    with http_server() as elsewhere:
        away = Reply(status=302, headers={"Location": f"http://127.0.0.1:{elsewhere.port}/harga"})
        assert failing(server, fetch, away).whose is Whose.THEIRS
        assert elsewhere.calls == []
    assert failing(server, fetch, Reply(status=302, headers={"Location": "/harga"})).whose is Whose.THEIRS


def test_a_certificate_that_is_not_trusted_is_ours(tmp_path: Path, fetch: Any) -> None:
    certificate, tls = _tls(tmp_path)
    with http_server(tls=tls) as server:
        server.answers["/stok"] = GOOD
        came, error = fetch(server.connection(STOCKS, schema="https"))
        assert (came, error.whose, server.calls) == ([], Whose.OURS, [])
        assert "certificate" in error.what
        came, error = fetch(server.connection(STOCKS, schema="https", extra={"verify": str(certificate)}))
        assert (names(came), error) == (["stok.json"], None)


# ----------------------------------------------------------------------------------------------- paging


def page_of(call: Call) -> Reply:
    """Three pages of two rows, by page, offset or link; the last has one."""
    first = int(call.query.get("offset", (int(call.query.get("page", 1)) - 1) * 2))
    rows = [{"no": number, "no_": number / 4} for number in range(5)][first : first + 2]
    link = f"/harga?offset={first + 2}" if first + 2 < 5 else None
    return Reply(json.dumps({"total": 5, "data": rows, "links": {"next": link}}).encode())


@pytest.mark.parametrize(
    "paging",
    [
        {"kind": "page"},
        {"kind": "page", "size": 2, "size_param": "limit"},
        {"kind": "offset", "size": 2},
        {"kind": "next_link", "link": "links.next", "rows": "data"},
    ],
)
def test_pages_come_to_one_document(server: HttpServer, fetch: Any, paging: Mapping[str, Any]) -> None:
    server.answers["/harga"] = page_of
    (arrival,), error = fetch(server.connection({"staple_prices": {"path": "/harga", "paging": paging}}))
    assert (arrival.source_name, error) == ("harga.json", None)
    rows = json.loads(arrival.path.read_text())["data"]
    assert rows == [{"no": number, "no_": number / 4} for number in range(5)]


def test_a_key_that_stands_twice_stays_so(server: HttpServer, fetch: Any) -> None:
    server.answers["/harga"] = Reply(b'[{"a": 1, "a": 2}]')
    said = {"path": "/harga", "paging": {"kind": "next_link"}}
    (arrival,), _ = fetch(server.connection({"staple_prices": said}))
    assert '{"a": 1, "a": 2}' in arrival.path.read_text()


@pytest.mark.parametrize("paging", [{"kind": "page"}, {"kind": "next_link"}])
def test_pages_that_repeat_are_theirs(server: HttpServer, fetch: Any, paging: Mapping[str, Any]) -> None:
    answer = Reply(b'{"data": [{"no": 1}], "next": "/harga"}')
    error = failing(server, fetch, answer, {"path": "/harga", "paging": paging})
    assert error.whose is Whose.THEIRS
    assert "repeat" in error.what


def test_pages_without_end_are_theirs(server: HttpServer, fetch: Any) -> None:
    said = {"path": "/harga", "paging": {"kind": "page", "pages": 7}}
    error = failing(server, fetch, lambda call: Reply(json.dumps([call.query]).encode()), said)
    assert error.whose is Whose.THEIRS
    assert len([call for call in server.calls if call.path == "/harga"]) == 7


@pytest.mark.parametrize(
    "answer",
    [
        Reply(b'{"data": 3}'),
        Reply(b"<html>login"),
        Reply(b'{"data": [1], "next": "http://127.0.0.2/harga"}'),
        [Reply(b'{"data": [1], "next": "/harga?page=2"}'), Reply(b"", 500)],
    ],
)
def test_part_of_the_pages_is_not_taken(server: HttpServer, fetch: Any, answer: Answer) -> None:
    said = {"path": "/harga", "paging": {"kind": "next_link"}}
    assert failing(server, fetch, answer, said).whose is Whose.THEIRS


# ------------------------------------------------------------------------------------------ connections


@pytest.mark.parametrize(
    "changes",
    [
        {"host": ""},
        {"extra": {"datasets": {}}},
        {"extra": {"datasets": {"staple_prices": {"paht": "/harga"}}}},
        {"extra": {"datasets": {"staple_prices": {"path": "/harga", "paging": {"kind": "cursor"}}}}},
        {"extra": {"datasets": {"staple_prices": {"path": "/harga", "paging": {"kind": "offset"}}}}},
        {"extra": {"datasets": {"staple_prices": {"path": "/harga", "days": 0}}}},
        {"extra": {"datasets": {"staple_prices": {"path": "http://127.0.0.2/harga"}}}},
        {"extra": {"auth": "kerberos"}},
        {"extra": {"auth": "token"}},
        {"extra": {"auth": "basic"}},
        {"extra": {"verify": "/no/such/bundle.pem"}},
        {"extra": {"verify": False}},
        {"extra": {"seconds": "long"}},
    ],
)
def test_a_connection_that_makes_no_sense_is_ours(
    server: HttpServer, fetch: Any, changes: Mapping[str, Any]
) -> None:
    _, error = fetch(server.connection(BOTH, **changes))
    assert error.whose is Whose.OURS
    assert not [call for call in server.calls if call.path == "/harga"]
    assert error.remedy


def test_a_connection_that_is_not_there_is_ours(errand: Errand) -> None:
    with pytest.raises(ChannelError) as caught:
        list(HttpChannel("office_nowhere").fetch(errand))
    assert caught.value.whose is Whose.OURS


def test_an_unknown_dataset_is_told_and_not_asked_for(server: HttpServer, fetch: Any) -> None:
    came, error = fetch(server.connection({"prices": "/harga"} | STOCKS))
    assert isinstance(came[0], Notice)
    assert (names(came)[1:], error) == (["stok.json"], None)
    assert [call.path for call in server.calls] == ["/stok"]


def test_the_files_of_an_office_are_served(tmp_path: Path, fetch: Any, errand: Errand) -> None:
    file = tmp_path / "web" / "3510" / "staple_prices" / "harga.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"Tanggal;Harga\n")
    with http_server(tmp_path / "web") as server:
        (arrival,), error = fetch(server.connection_uri("3510"))
    assert (arrival.source_name, arrival.path.read_bytes(), error) == ("harga.csv", b"Tanggal;Harga\n", None)


def _tls(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate that nobody has issued but itself, and a server's context with it."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, private = folder / "certificate.pem", folder / "key.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return path, context
