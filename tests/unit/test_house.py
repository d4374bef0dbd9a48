"""The way in: finding a Python, making the environment, make's help, the order of the checks."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_environment_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("house_environment", ROOT / ".ci" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


environment = load_environment_module()


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


class TestFindPython:
    COMPLETE = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
    SHIM = '#!/bin/sh\necho "pyenv: command not found" >&2\nexit 127\n'
    OLD = "#!/bin/sh\nexit 1\n"

    def find(self, names: dict[str, str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        for name, text in names.items():
            program(folder / name, text)
        shell = shutil.which("sh")
        assert shell is not None
        return subprocess.run(
            [shell, str(ROOT / ".ci" / "find-python")],
            capture_output=True,
            text=True,
            env={"PATH": str(folder), **variables},
        )

    def test_passes_over_shims_that_do_not_run(self, tmp_path: Path) -> None:
        result = self.find(
            {"python3.12": self.SHIM, "python3.13": self.OLD, "python3.11": self.COMPLETE}, tmp_path
        )
        assert (result.returncode, result.stderr) == (0, "")
        assert Path(result.stdout.strip()).exists()

    def test_takes_the_production_version_first(self, tmp_path: Path) -> None:
        wanted = program(tmp_path / "wanted", self.COMPLETE + "# ran\n")
        marker = tmp_path / "other ran"
        other = f'#!/bin/sh\ntouch "{marker}"\nexec "{sys.executable}" "$@"\n'
        self.find({"python3.12": wanted.read_text(), "python3.13": other, "python3": other}, tmp_path / "bin")
        assert not marker.exists()

    def test_says_in_three_lines_that_there_is_none(self, tmp_path: Path) -> None:
        result = self.find({"python3": self.OLD, "python3.12": self.SHIM}, tmp_path)
        assert result.returncode == 1
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 3
        assert "apt install python3" in result.stderr

    def test_obeys_a_choice_and_does_not_guess_beyond_it(self, tmp_path: Path) -> None:
        chosen = program(tmp_path / "own python", self.COMPLETE)
        assert self.find({}, tmp_path / "bin", PYTHON=str(chosen)).returncode == 0
        refused = self.find({"python3.12": self.COMPLETE}, tmp_path / "bin", PYTHON=str(tmp_path / "absent"))
        assert refused.returncode == 1
        assert str(tmp_path / "absent") in refused.stderr


class TestProfiles:
    @pytest.mark.parametrize(
        ("wanted", "installed", "kept"),
        [
            ("run", None, "run"),
            ("run", "run", "run"),
            ("dev", "run", "dev"),
            ("run", "dev", "dev"),
            ("dev", None, "dev"),
        ],
    )
    def test_what_tests_need_is_not_given_up_again(
        self, wanted: str, installed: str | None, kept: str
    ) -> None:
        assert environment.effective_profile(wanted, installed) == kept

    def test_the_dev_lock_holds_every_version_of_the_other(self) -> None:
        def pins(name: str) -> set[str]:
            return set(re.findall(r"^[a-z0-9][^ ;]*==[^ ;]+", (ROOT / name).read_text(), re.MULTILINE))

        run = pins("requirements.txt")
        assert len(run) > 150
        assert run <= pins("requirements-dev.txt")


class TestPipSettings:
    def test_the_environment_wins_over_the_files(self) -> None:
        listing = (
            ":env:.timeout='180'\nglobal.timeout='15'\nglobal.index-url='file:///srv/simple'\n"
            "global.cert='/etc/ca.pem'\ninstall.index-url='file:///srv/newer'\nglobal.user='yes'\n"
        )
        assert environment.parse_pip_config(listing) == {
            "timeout": "180",
            "index-url": "file:///srv/newer",
            "cert": "/etc/ca.pem",
        }

    def test_a_private_index_serves_uv_too(self) -> None:
        pip = {"index-url": "file:///srv/simple", "cert": "/etc/ca.pem", "timeout": "180", "no-index": "true"}
        variables = environment.uv_variables(pip, {})
        assert variables["UV_DEFAULT_INDEX"] == "file:///srv/simple"
        assert variables["SSL_CERT_FILE"] == "/etc/ca.pem"
        assert variables["UV_HTTP_TIMEOUT"] == "180"
        assert variables["UV_NO_INDEX"] == "1"

    def test_folders_that_do_not_exist_are_left_out(self, tmp_path: Path) -> None:
        pip = {
            "find-links": f"{tmp_path} {tmp_path}/absent",
            "extra-index-url": f"file://{tmp_path} file://{tmp_path}/absent",
        }
        variables = environment.uv_variables(pip, {})
        assert variables["UV_FIND_LINKS"] == str(tmp_path)
        assert variables["UV_INDEX"] == f"file://{tmp_path}"
        assert "UV_INDEX" not in environment.uv_variables(
            {"extra-index-url": f"file://{tmp_path}/absent"}, {}
        )

    def test_what_was_set_for_uv_itself_stays(self) -> None:
        variables = environment.uv_variables(
            {"index-url": "file:///srv/simple", "timeout": "180"}, {"UV_INDEX_URL": "file:///own"}
        )
        assert not [name for name in variables if "INDEX" in name]
        assert variables["UV_HTTP_TIMEOUT"] == "180"

    def test_without_a_place_for_its_cache_uv_does_without(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        assert environment.uv_variables({}, {"XDG_CACHE_HOME": str(tmp_path)}).get("UV_NO_CACHE") is None
        (tmp_path / "sealed").mkdir(mode=0o500)
        sealed = environment.uv_variables({}, {"XDG_CACHE_HOME": str(tmp_path / "sealed")}).get("UV_NO_CACHE")
        assert (sealed == "1") is not os.access(tmp_path / "sealed", os.W_OK)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with a space in its name, nothing to install, and a command that says how it was called."""
    clone = tmp_path / "a clone's place"
    shutil.copytree(ROOT / ".ci", clone / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Makefile", clone)
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (clone / lock).write_text("")
    package = clone / "plugins" / "lumbung"
    (package / "cli").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "cli" / "__init__.py").write_text("")
    (package / "cli" / "__main__.py").write_text("import json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    return clone


def offline(**variables: str) -> dict[str, str]:
    """Variables under which pip asks nobody; Python is the one that runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    base = getattr(sys, "_base_executable", sys.executable)
    return kept | {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PYTHON": base} | variables


def make(clone: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", "-C", str(clone), *arguments],
        capture_output=True,
        text=True,
        cwd="/",
        env=offline(**variables),
        stdin=subprocess.DEVNULL,
    )


def test_the_command_works_from_any_folder_and_trusts_none(clone: Path, tmp_path: Path) -> None:
    venv.create(clone / ".venv", symlinks=True, with_pip=False)
    environment.Environment(clone).write_entry_points()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "json.py").write_text("raise SystemExit('a file of the current folder was run')\n")
    result = subprocess.run(
        [str(clone / ".venv" / "bin" / "lumbung"), "url", "--role", "a b"],
        capture_output=True,
        text=True,
        cwd=elsewhere,
        env={"PYTHONPATH": str(elsewhere)},
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout) == ["url", "--role", "a b"]


def test_the_environment_is_made_once_mended_when_needed_and_made_anew_when_moved(clone: Path) -> None:
    first = make(clone, "nightly", "INBOX=/data/a 'b'", "DATE=2026-07-28")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == ["nightly", "--inbox", "/data/a 'b'", "--date", "2026-07-28"]
    assert "making .venv" in first.stderr

    assert make(clone, "nightly").stderr == ""

    (clone / "requirements.txt").write_text("# changed\n")
    changed = make(clone, "nightly")
    assert "installing requirements.txt" in changed.stderr
    assert "making .venv" not in changed.stderr
    assert json.loads(changed.stdout) == ["nightly"]

    stamp = clone / ".venv" / "lumbung.json"
    stamp.write_text(
        json.dumps(json.loads(stamp.read_text()) | {"lock": ""})
    )  # as an interrupted one leaves it
    assert "installing requirements.txt" in make(clone, "up").stderr

    moved = clone.rename(clone.with_name("elsewhere"))
    again = make(moved, "up")
    assert "making .venv" in again.stderr
    assert json.loads(again.stdout) == ["up"]


def test_a_failed_installation_says_what_to_do(clone: Path) -> None:
    (clone / "requirements.txt").write_text("absent-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    result = make(clone, "nightly")
    assert result.returncode != 0
    said = [line for line in result.stderr.splitlines() if not line.startswith(("environment:", "make"))]
    assert len(said) == 3
    assert "absent-package" in said[0]
    assert "install.log" in said[1]
    assert "Traceback" not in result.stderr


class TestMakefile:
    def test_alone_it_lists_every_target(self, clone: Path) -> None:
        phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert phony is not None
        shown = set(re.findall(r"^ +make (\S+)", make(clone).stdout, re.MULTILINE))
        assert shown == set(phony[1].split()) - {"help", "environment", "environment-dev"}

    @pytest.mark.parametrize("target", ["status", "down", "clean"])
    def test_asking_and_cleaning_install_nothing(self, clone: Path, target: str) -> None:
        result = make(clone, target)
        assert result.returncode == 0
        assert "make nightly" in result.stdout
        assert not (clone / ".venv").exists()


class TestCi:
    def run(
        self, clone: Path, make_says: str, packages: str = "install ok installed"
    ) -> tuple[int, str, list[str]]:
        calls = clone / "calls"
        stubs = clone / "stubs"
        program(stubs / "make", f'#!/bin/sh\necho "$@" >> "{calls}"\n{make_says}\n')
        program(stubs / "dpkg-query", f'#!/bin/sh\necho "{packages}"\n')
        program(stubs / "sudo", "#!/bin/sh\nexit 1\n")
        program(stubs / "id", "#!/bin/sh\necho 1000\n")
        result = subprocess.run(
            ["bash", str(clone / ".ci" / "run")],
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": f"{stubs}:{os.environ['PATH']}", "CI": "true"},
            stdin=subprocess.DEVNULL,
        )
        done = calls.read_text().split("\n")[:-1] if calls.exists() else []
        return result.returncode, result.stdout + result.stderr, done

    def test_checks_then_tests(self, clone: Path) -> None:
        status, said, done = self.run(clone, "exit 0")
        assert status == 0
        assert done == ["environment-dev", "lint", "test"]
        assert re.search(r"\d+ s  make lint\n *\d+ s  make test\n", said)

    def test_stops_at_the_first_failure(self, clone: Path) -> None:
        status, said, done = self.run(clone, 'test "$1" != lint')
        assert status != 0
        assert done[-1] == "lint"
        assert "the last step failed" in said

    def test_says_what_is_missing_where_it_may_not_install(self, clone: Path) -> None:
        status, said, done = self.run(clone, "exit 0", packages="deinstall ok config-files")
        assert status != 0
        assert done == []
        listed = re.findall(r"^([a-z0-9.+-]+)", (ROOT / ".ci" / "apt.txt").read_text(), re.MULTILINE)
        assert "chromium" in listed
        assert f"apt-get install --no-install-recommends {' '.join(listed)}\n" in said
