"""How work files are streamed, without a database."""

from contextlib import contextmanager

import pytest

from lumbung.load import stage

HEADER = b'"submission_id","sheet","row_number"\n'


class Recorder:
    """Stands for a connection, its cursor and its COPY; remembers what was sent."""

    def __init__(self):
        self.statement = None
        self.sent = b""

    @contextmanager
    def cursor(self):
        yield self

    @contextmanager
    def copy(self, statement):
        self.statement = statement
        yield self

    def execute(self, statement, values):
        pass

    def write(self, block):
        self.sent += block

    @property
    def rowcount(self):
        return self.sent.count(b"\n")


@pytest.mark.parametrize("block", [1, 7, 16, 1 << 20])
def test_every_row_gets_the_number_of_its_load_wherever_blocks_end(tmp_path, monkeypatch, block):
    monkeypatch.setattr(stage, "_BLOCK", block)
    path = tmp_path / "a.rows.csv"
    path.write_bytes(HEADER + b'"3507-SP-1","",2\n"3507-SP-1","Juli",3\n')
    conn = Recorder()
    assert stage._copy_accepted(conn, path, "staple_prices", 41) == 2
    assert conn.sent == b'"3507-SP-1","",2,41\n"3507-SP-1","Juli",3,41\n'
    assert conn.statement.as_string() == (
        'copy raw."staple_prices" ("submission_id", "sheet", "row_number", "load_seq")'
        " from stdin with (format csv)"
    )


def test_a_file_without_accepted_rows_sends_none(tmp_path):
    path = tmp_path / "a.rows.csv"
    path.write_bytes(HEADER)
    conn = Recorder()
    assert stage._copy_accepted(conn, path, "staple_prices", 41) == 0
    assert conn.sent == b""


def test_a_work_file_that_is_gone_is_told_apart_from_an_empty_one(tmp_path):
    with pytest.raises(stage._WorkFileError, match="gone"):
        stage._copy_accepted(Recorder(), tmp_path / "none.csv", "staple_prices", 41)
    with pytest.raises(stage._WorkFileError, match="gone"):
        stage._copy_held(Recorder(), tmp_path / "none.copy", "3507-SP-1")


def test_work_files_of_other_submissions_stay(tmp_path):
    for name in ("checked/a.rows.csv", "checked/a.held.copy", "decoded/a.arrow", "decoded/b.arrow"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    stage._clear_work_files(tmp_path, "a")
    assert [path.name for path in tmp_path.rglob("*.*")] == ["b.arrow"]
