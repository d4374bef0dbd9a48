"""A night of 38 offices over every channel, through a real scheduler: receipts, marks, answers, and failures.

The sample's files lie where offices would put them: in folders, behind an HTTP API, on an SFTP server, in a
bucket, in mailboxes; two offices are asked at Siskaperbapo. Five more cannot be collected from, and the mail
server is down when the night answers. The seconds from trigger to end are printed, never judged.
"""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lumbung import night as stages
from lumbung.airflow.channels import channel_of
from lumbung.airflow.channels.receivers import receiver_of
from lumbung.clock import JAKARTA
from lumbung.contracts.load import load_contracts
from lumbung.decode.job import DecodeJob
from lumbung.decode.stage import decode_files
from lumbung.intake.channels.base import ChannelError
from lumbung.local.airflow import LocalAirflow
from lumbung.reference import Reference
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.embedded import EmbeddedServer
from tests.servers.http import HttpServer, Reply, free_port, http_server
from tests.servers.imap import ImapServer, imap_server
from tests.servers.s3 import S3Server, s3_server
from tests.servers.sftp import SftpServer, sftp_server
from tests.servers.siskaperbapo import siskaperbapo_server
from tests.servers.smtp import SmtpServer, smtp_server

pytestmark = [pytest.mark.database, pytest.mark.airflow]

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 7, 28)
NIGHT_TIMEOUT_SECONDS = 400
CHANNELS = ("folder", "http", "sftp", "s3", "imap")
UNREADABLE = {"3502": "sftp", "3520": "s3", "3579": "imap"}
"""Offices whose price of `BAD_CELL` is a word; each hears of it by another way."""
BAD_CELL, BAD_WORDS = "F6", "dua belas ribu"
SITE = ("3511", "3573")
UNREACHED = {"3503": "line", "3504": "line", "3505": "ours", "3506": "ours", "3507": "theirs"}
"""A dead server, one that drips, a wrong password, a connection that is not there, a missing folder."""


@dataclass
class Province:
    """The offices' side of the night."""

    settings: Settings
    root: Path
    channel: dict[str, str] = field(default_factory=dict)
    servers: dict[str, Any] = field(default_factory=dict)

    def run(self, *arguments: str) -> str:
        """Run a command as an engineer does; gives what it printed."""
        result = subprocess.run(
            [sys.executable, "-m", "lumbung.cli", *arguments],
            env=os.environ | {"LUMBUNG_HOME": str(self.settings.home), "PYTHONPATH": str(ROOT / "plugins")},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=NIGHT_TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout
        return result.stdout

    def query(self, statement: str) -> list[Any]:
        with connect(Role.ENGINEER, self.settings) as connection:
            return connection.execute(statement).fetchall()

    def sent(self) -> Counter[tuple[str, str, str]]:
        """Office, dataset and hash of every file that lies where the night can reach it."""
        return Counter(
            (path.parts[-3], path.parts[-2], hashlib.sha256(path.read_bytes()).hexdigest())
            for path in self.root.glob("*/*/*/*")
            if path.parts[-3] not in UNREACHED and path.parts[-2] != "umpan_balik"
        )

    def answered(self, code: str) -> dict[str, bytes]:
        """The workbooks that an office finds where it looks for answers, by name."""
        if self.channel[code] == "sftp":
            folder = self.root / "sftp" / code / "umpan_balik"
            return {path.name: path.read_bytes() for path in folder.glob("*.xlsx")}
        if self.channel[code] == "s3":
            s3: S3Server = self.servers["s3"]
            listed = s3.client.list_objects_v2(Bucket=s3.bucket, Prefix=f"kantor/{code}/umpan_balik/")
            keys = [entry["Key"] for entry in listed.get("Contents", ()) if entry["Key"].endswith(".xlsx")]
            return {
                key.rpartition("/")[2]: s3.client.get_object(Bucket=s3.bucket, Key=key)["Body"].read()
                for key in keys
            }
        mail: SmtpServer = self.servers["smtp"]
        parts = [part for sent in mail.sent_to(f"{code}@kantor.test") for part in sent.iter_attachments()]
        return {str(part.get_filename()): part.get_content() for part in parts if part.get_filename()}


@pytest.fixture
def province(monkeypatch: pytest.MonkeyPatch) -> Iterator[Province]:
    folder = Path(tempfile.mkdtemp(prefix="lumbung-channels-"))
    folder.chmod(0o755)
    for name in [name for name in os.environ if name.startswith("LUMBUNG_")]:
        monkeypatch.delenv(name)
    settings = Settings(root=ROOT, home=folder / "home")
    settings.home.mkdir()
    monkeypatch.setenv("LUMBUNG_HOME", str(settings.home))
    monkeypatch.setenv("LUMBUNG_INBOX", str(folder / "province" / "folder"))
    made = Province(settings, folder / "province")
    try:
        with ExitStack() as open_servers:
            _hand_in(made, Reference.load(settings))
            _serve(made, open_servers, monkeypatch)
            yield made
    finally:
        LocalAirflow(settings).stop()
        EmbeddedServer(settings).delete()
        shutil.rmtree(folder, ignore_errors=True)


def _hand_in(province: Province, reference: Reference) -> None:
    """Spread the sample's files of tonight over the channels; nothing of its history."""
    from lumbung.sample.generate import SEED
    from lumbung.sample.others import make_registers, write_others
    from lumbung.sample.panel import build_panel
    from lumbung.sample.places import load_goods, load_places
    from lumbung.sample.tonight import write_tonight

    goods = load_goods(reference)
    made = province.root / "made"
    for day in (DAY - timedelta(days=1), DAY):  # the offices' servers still hold yesterday's prices
        panel = build_panel(load_places(reference), goods, DAY - timedelta(days=30), day, SEED)
        write_tonight(panel, made, day, SEED)
    write_others(reference, goods, make_registers(reference, DAY, SEED), made, DAY, SEED)
    failing = dict(zip(UNREACHED, ("sftp", "http", "imap", "http", "sftp"), strict=True))
    fixed = UNREADABLE | failing | dict.fromkeys(SITE, "siskaperbapo")
    for number, code in enumerate(sorted(reference.offices)):
        channel = province.channel[code] = fixed.get(code, CHANNELS[number % len(CHANNELS)])
        target = province.root / channel
        target.mkdir(exist_ok=True)
        if channel == "siskaperbapo":
            shutil.rmtree(made / code)
        else:
            if channel == "http":  # an address gives one file
                for older in sorted(_prices_by_age(made / code))[:-1]:
                    older[1].unlink()
            shutil.move(made / code, target / code)
    for code, channel in UNREADABLE.items():
        _, path = max(_prices_by_age(province.root / channel / code))
        book = openpyxl.load_workbook(path)
        book.worksheets[0][BAD_CELL] = BAD_WORDS
        book.save(path)


def _prices_by_age(office: Path) -> list[tuple[float, Path]]:
    return [(path.stat().st_mtime, path) for path in (office / "staple_prices").iterdir()]


def _serve(province: Province, servers: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the servers; write the connections and the installation's word on who comes by which channel."""
    root = province.root
    morning = datetime(DAY.year, DAY.month, DAY.day, 8, tzinfo=JAKARTA)
    smtp: SmtpServer = servers.enter_context(smtp_server())
    http: HttpServer = servers.enter_context(http_server(root / "http"))
    sftp: SftpServer = servers.enter_context(sftp_server(root / "sftp"))
    s3: S3Server = servers.enter_context(s3_server(root / "s3"))
    imap: ImapServer = servers.enter_context(imap_server(root / "imap", morning))
    province.servers = {"smtp": smtp, "s3": s3}
    monkeypatch.setenv("AIRFLOW_CONN_SURAT_KELUAR", smtp.connection_uri())
    http.answers["/lambat"] = Reply(b"x" * 1000, drip=0.1)
    connections: dict[str, str | None] = {
        "3503": json.dumps(json.loads(sftp.connection_uri("3503")) | {"port": free_port()}),
        "3504": http.connection({"staple_prices": "/lambat"}, extra={"seconds": 2}),
        "3505": imap.connection_uri("3505", password="salah"),
        "3506": None,
        "3507": sftp.connection_uri("3507", folder="tidak_ada"),
    }
    lines = ["regency_code,channel,connection_id"]
    for code, channel in province.channel.items():
        lines.append(f"{code},{channel},{'' if channel == 'folder' else f'kantor_{code}'}")
        if channel == "http":
            connections.setdefault(code, http.connection_uri(code))
        elif channel == "sftp":
            connections.setdefault(code, sftp.connection_uri(code))
        elif channel == "s3":
            connections.setdefault(code, s3.connection_uri(code))
        elif channel == "imap":
            to = {"smtp_connection_id": "surat_keluar", "address": f"{code}@kantor.test"}
            connections.setdefault(code, imap.connection_uri(code, **to))
        elif channel == "siskaperbapo":
            connections.setdefault(code, _site(code, servers))
    for code, connection in connections.items():
        if connection is not None:
            monkeypatch.setenv(f"AIRFLOW_CONN_KANTOR_{code}", connection)
    province.settings.channels_file.write_text("\n".join(lines) + "\n")


def _site(code: str, servers: ExitStack) -> str:
    """A site with two days of rice prices of the office's markets; its connection."""
    markets = [
        one.name for one in Reference.load(Settings.load()).markets.values() if one.regency_code == code
    ]
    prices = {
        (name, (DAY - timedelta(days=back)).isoformat()): {"Beras Medium": f"1{number}.{back}00"}
        for number, name in enumerate(markets, start=2)
        for back in range(2)
    }
    named = {str(number): name for number, name in enumerate(markets, start=1)}
    site = servers.enter_context(siskaperbapo_server("kantor", named, prices))
    return site.connection(extra={"slug": "kantor", "days": 3, "pace_seconds": 0.01})


def test_a_night_over_all_channels(
    province: Province, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    smtp: SmtpServer = province.servers["smtp"]
    smtp.is_busy = True
    sent = province.sent()
    said = province.run("nightly", "--channels", "--date", DAY.isoformat())

    (seconds,) = re.findall(r"Published: ([\d.]+) s from trigger to end", said)
    record_property("seconds_from_trigger_to_end", seconds)
    stages_of_it = province.query(
        "select stage, sum(seconds)::int from audit.stage_timings group by 1 order by min(started_at)"
    )
    with capsys.disabled():
        print(f"\n{dict(stages_of_it)}", end="")
        print(f"\n{seconds} s from trigger to end: {sent.total()} files and Siskaperbapo, 38 offices")

    _every_file_has_its_receipt(province, sent)
    _whose_side_must_act_is_told(province, said)
    assert len(_forms(province)) >= 12
    _findings_are_marked_in_the_delivered_workbooks(province, "sftp", "s3")
    mailed = {code for code, channel in province.channel.items() if channel == "imap"} - set(UNREACHED)
    _answers_wait_while_the_mail_server_is_down(province, mailed)

    smtp.is_busy = False
    counts = _the_same_night_again(province)
    assert (counts["received"], counts["release_id"], counts["not_delivered"]) == (0, None, 0)
    _findings_are_marked_in_the_delivered_workbooks(province, "imap")
    assert counts["delivered"] == len(smtp.messages) == len({mail["Message-ID"] for mail in smtp.messages})
    assert {mail["To"] for mail in smtp.messages} == {f"{code}@kantor.test" for code in mailed}


def _every_file_has_its_receipt(province: Province, sent: Counter[tuple[str, str, str]]) -> None:
    found = Counter(
        province.query(
            "select s.regency_code, s.dataset, s.sha256 from intake.receipts"
            " inner join intake.submissions as s using (submission_id) where s.channel <> 'siskaperbapo'"
        )
    )
    assert found - sent == sent - found == Counter()
    assert sent.total() >= 200
    by_channel = dict(province.query("select channel, count(*) from intake.submissions group by 1"))
    assert set(by_channel) == {*CHANNELS, "siskaperbapo"}
    assert by_channel["siskaperbapo"] == 2 * len(SITE)


def _whose_side_must_act_is_told(province: Province, said: str) -> None:
    outcomes = province.query("select regency_code, outcome, seconds from intake.channel_outcomes")
    assert len(outcomes) == 38
    assert {code: whose for code, whose, _ in outcomes if whose != "ok"} == UNREACHED
    assert all(seconds < 90 for *_, seconds in outcomes)
    for code in UNREACHED:
        assert re.search(rf"^{code} ", said, re.MULTILINE), "an office out of reach is in the last words"
    (night,) = province.query("select outcome from audit.nights")
    assert night == ("published",)
    published = province.query("select distinct regency_code from marts.fct_submission")
    assert {row[0] for row in published} == set(province.channel) - set(UNREACHED)


def _forms(province: Province) -> set[tuple[Any, ...]]:
    """Formats, encodings and shapes in which prices came, told by the bytes in the landing area."""
    rows = province.query(
        "select submission_id, sha256, file_name, regency_code from intake.submissions"
        " where dataset = 'staple_prices'"
    )
    landing, work = province.settings.landing / "staple_prices", province.settings.home / "forms"
    jobs = [DecodeJob(number, landing / code / sha256, name, code) for number, sha256, name, code in rows]
    contract = load_contracts(province.settings.expectations)["staple_prices"]
    decoded = decode_files(jobs, contract, work, reference=Reference.load(province.settings))
    return {
        (one.format, one.encoding, sheet["shape"])
        for one in decoded
        for sheet in one.sheets
        if sheet.get("shape")
    }


def _findings_are_marked_in_the_delivered_workbooks(province: Province, *channels: str) -> None:
    findings = province.query(
        "select s.regency_code, s.submission_id, f.rule_id, f.sheet, f.cell, f.value"
        " from intake.findings as f inner join intake.submissions as s using (submission_id)"
        " where f.cell is not null order by 1, 2"
    )
    expected = {(code, "Harga", BAD_CELL, BAD_WORDS) for code in UNREADABLE}
    assert expected <= {(code, sheet, cell, value) for code, _, _, sheet, cell, value in findings}
    seen = set()
    for code, submission_id, rule_id, sheet, cell, _ in findings:
        if province.channel[code] not in channels:
            continue
        (content,) = [
            book for name, book in province.answered(code).items() if name.startswith(submission_id)
        ]
        book = openpyxl.load_workbook(io.BytesIO(content))
        marked = book[sheet or book.sheetnames[-1]][cell]
        assert marked.comment is not None, (code, sheet, cell)
        assert rule_id in marked.comment.text
        assert marked.fill.fill_type == "solid"
        seen.add(code)
    assert {code for code, channel in UNREADABLE.items() if channel in channels} <= seen


def _answers_wait_while_the_mail_server_is_down(province: Province, mailed: set[str]) -> None:
    waiting = province.query("select distinct regency_code from intake.outbox where failure is not null")
    assert {row[0] for row in waiting} == mailed
    status = province.run("status")
    for code in mailed:
        assert re.search(rf"^{code} .*mail server of surat_keluar", status, re.MULTILINE)


def _the_same_night_again(province: Province) -> dict[str, Any]:
    """The stages once more without the scheduler; sums of what collecting received, and the last counts."""
    settings = province.settings
    night, offices = stages.open_night(settings, DAY, os.environ["LUMBUNG_INBOX"], "again")
    received = 0
    for office in offices:
        channel = channel_of(office["channel"], office["connection_id"])
        try:
            received += stages.collect(settings, night, str(office["regency_code"]), channel)["received"]
        except ChannelError:
            assert office["regency_code"] in UNREACHED
    for stage in (stages.decode, stages.check, stages.load):
        stage(settings, night)
    published = stages.publish(settings, night, stages.build(settings, night))
    reported = stages.report(settings, night, receiver_of(stages.registry(settings)))
    return {"received": received} | published | reported
