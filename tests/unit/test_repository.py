"""Limits of the repository, kept as tests: what is tracked, how large, and what it may not say."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LARGEST_BYTES = 1_500_000
CODE = {"dags", "plugins", "expectations", "dbt_project", "tests", "docs", ".ci"}
PRODUCTION = {"docker-compose.yml", "Dockerfile", ".dockerignore", ".env.example"}
LOCKS = {"requirements.in", "requirements.txt", "requirements-dev.in", "requirements-dev.txt"}
TOOLS = {
    ".gitignore",
    ".gitattributes",
    ".editorconfig",
    ".pre-commit-config.yaml",
    ".sqlfluff",
    "pyproject.toml",
}
TOP_LEVEL = {"README.md", "Makefile"} | CODE | PRODUCTION | LOCKS | TOOLS
# Put together here, so that this file does not contain what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.:/<>{}$~-])/(" + "|".join(["work", "home", "root", "Users"]) + r")/\w")
REGISTRIES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")


def tracked() -> list[Path]:
    output = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in output.split("\0") if name and (ROOT / name).is_file()]


TRACKED = tracked()


def text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def hits(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1):
            if match := pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    return found


def test_something_is_tracked() -> None:
    assert {ROOT / "Makefile", ROOT / "requirements.txt"} <= set(TRACKED)


def test_the_top_level_holds_what_the_design_names() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in TRACKED} - TOP_LEVEL == set()


def test_no_file_is_large() -> None:
    assert [
        f"{p.relative_to(ROOT)}: {p.stat().st_size}" for p in TRACKED if p.stat().st_size > LARGEST_BYTES
    ] == []


def test_no_path_of_somebodys_machine() -> None:
    assert hits(MACHINE_PATH, TRACKED) == []


@pytest.mark.parametrize("line", ["see /{}/me/x.csv", "'/{}/a b'", "PATH=/{}/bin:/usr/bin"])
def test_paths_of_a_machine_are_recognised(line: str) -> None:
    assert MACHINE_PATH.search(line.format("home")) or MACHINE_PATH.search(line.format("root"))


def test_no_package_registry_is_named() -> None:
    assert hits(re.compile("|".join(map(re.escape, REGISTRIES))), TRACKED) == []


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", ".ci/uv.txt"])
def test_locks_hold_versions_and_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(
        r"://|^\s*--(index-url|extra-index-url|find-links|trusted-host|no-index)", text, re.M
    )
    entries = re.findall(r"^[a-z0-9][^\n]*(?:\n {4}--hash[^\n]*)*", text, re.M)
    assert entries
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_pages_and_labels_use_no_emoji() -> None:
    shown = [
        p for p in TRACKED if "templates" in p.parts or p.name.startswith("labels") or p.suffix == ".html"
    ]
    assert hits(EMOJI, shown) == []


def test_no_test_is_skipped() -> None:
    pattern = re.compile(r"pytest\.(mark\.)?(skip|xfail|importor" + "skip)")
    assert hits(pattern, [p for p in TRACKED if p.is_relative_to(ROOT / "tests") and p.suffix == ".py"]) == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in (p for p in TRACKED if p.suffix == ".md"):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_no_python_module_is_empty_of_purpose() -> None:
    modules = [p for p in TRACKED if p.suffix == ".py" and p.is_relative_to(ROOT / "plugins")]
    assert [str(p.relative_to(ROOT)) for p in modules if not p.read_text().startswith(('"""', "#!"))] == []
