"""The night's build with real dbt on a real PostgreSQL, over a project of two models."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lumbung.build.dbt import BuildFailed, BuildResult, run_build
from lumbung.build.manifest import mart_models, parse
from lumbung.build.runner import NodeFinished
from lumbung.errors import LumbungError
from lumbung.publish.ledger import Release
from lumbung.publish.release import publish
from lumbung.publish.schema import sync
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect

pytestmark = pytest.mark.database

NIGHT = date(2026, 7, 28)

FILES = {
    "dbt_project.yml": """
name: small
version: "1.0"
profile: small
vars: {business_date: null, full: null}
models: {+materialized: table}
""",
    "profiles.yml": """
small:
  target: warehouse
  outputs:
    warehouse:
      type: postgres
      host: "{{ env_var('LUMBUNG_DB_HOST') }}"
      port: "{{ env_var('LUMBUNG_DB_PORT') | int }}"
      user: lumbung_transform
      password: "{{ env_var('LUMBUNG_TRANSFORM_PASSWORD') }}"
      dbname: lumbung
      schema: build
      threads: 2
""",
    "seeds/places.csv": "place_code,place_name\na,Alas\nb,Batu\n",
    "models/marts/dim_place.sql": "select place_code::text, place_name::text from {{ ref('places') }}\n",
    "models/marts/fct_load.sql": """
select submission_id, regency_code, load_seq, '{{ var("business_date") }}'::text as given_date
from intake.submissions where load_seq is not null
""",
    "models/marts/marts.yml": """
models:
  - name: dim_place
    description: Tempat. Grain place.
    config: {contract: {enforced: true}, meta: {publish: {key: [place_code]}}}
    columns:
      - {name: place_code, data_type: text, description: Kode.}
      - {name: place_name, data_type: text, description: Nama.}
  - name: fct_load
    description: Muatan. Grain submission.
    config: {contract: {enforced: true}, meta: {publish: {key: [submission_id]}}}
    columns:
      - {name: submission_id, data_type: text, description: Tanda terima.}
      - name: regency_code
        data_type: text
        description: Kode.
        data_tests: [{relationships: {arguments: {to: ref('dim_place'), field: place_code}}}]
      - {name: load_seq, data_type: bigint, description: Urutan.}
      - {name: given_date, data_type: text, description: Tanggal.}
""",
}


class Installation:
    """A warehouse with a small dbt project of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        for name, content in FILES.items():
            self.write(name, content)
        parse(settings)
        with connect(Role.OWNER, settings) as owner:
            sync(owner, mart_models(settings))
        self.night_id = self.night(NIGHT)

    def write(self, name: str, content: str) -> None:
        path = self.settings.dbt_project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def night(self, business_date: date) -> int:
        query = (
            "insert into audit.nights (business_date, run_id) values (%s, gen_random_uuid()) "
            "returning night_id"
        )
        with connect(Role.INGEST, self.settings) as connection:
            row = connection.execute(query, [business_date]).fetchone()
        assert row is not None
        return int(row[0])

    def submit(
        self, regency_code: str, number: int, is_loaded: bool = True, dataset: str = "staple_prices"
    ) -> None:
        with connect(Role.INGEST, self.settings) as connection:
            connection.execute(
                """
                insert into intake.submissions (
                    submission_id, regency_code, dataset, file_name, file_stem, version, sha256, size_bytes,
                    channel, business_date, night_id, arrived_at, state, verdict, load_seq)
                values (%(id)s, %(code)s, %(dataset)s, 'x.csv', %(id)s, 1, %(id)s, 1, 'folder', %(night)s,
                    %(night_id)s, now(), %(state)s, %(verdict)s,
                    case when %(is_loaded)s then nextval('intake.load_seq') end)
                """,
                {
                    "id": f"{regency_code}-{number}",
                    "code": regency_code,
                    "night": NIGHT,
                    "night_id": self.night_id,
                    "dataset": dataset,
                    "is_loaded": is_loaded,
                    "state": "loaded" if is_loaded else "checked",
                    "verdict": "accepted" if is_loaded else "rejected",
                },
            )

    def build(self, business_date: date = NIGHT, **options: Any) -> BuildResult:
        return run_build(self.settings, self.night_id, business_date, **options)

    def publish(self, result: BuildResult) -> Release | None:
        marts = mart_models(self.settings)
        return publish(self.settings, self.night_id, NIGHT, "test", marts, result.to_load_seq)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with connect(Role.ENGINEER, self.settings) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def installation(warehouse: Settings, tmp_path: Path) -> Installation:
    shutil.rmtree(warehouse.home / "dbt", ignore_errors=True)
    return Installation(Settings(root=tmp_path, home=warehouse.home))


def test_a_night_is_built_published_and_not_built_again(installation: Installation) -> None:
    installation.submit("a", 1)
    events: list[NodeFinished] = []
    result = installation.build(on_event=events.append)
    assert (result.is_success, result.is_full, result.from_load_seq, result.to_load_seq) == (True, True, 0, 1)
    assert result.statuses == {"model success": 2, "seed success": 1, "test pass": 1}
    assert {event.name for event in events} >= {"places", "dim_place", "fct_load"}
    assert {event.total for event in events} == {4}
    assert installation.rows("select is_success, from_load_seq, to_load_seq from audit.builds") == [
        (True, 0, 1)
    ]
    assert installation.rows("select resource_type, status from audit.dbt_results order by 1, 2") == [
        ("model", "success"),
        ("model", "success"),
        ("seed", "success"),
        ("test", "pass"),
    ]
    assert installation.build().is_needed, "a build not published is made again"
    release = installation.publish(result)
    assert release is not None
    assert release.changed_rows == 3

    again = installation.build()
    assert (again.is_needed, again.is_success, again.to_load_seq) == (False, True, 1)
    assert installation.build(full=True).is_needed


def test_what_makes_a_build_needed(installation: Installation) -> None:
    installation.publish(installation.build())
    assert not installation.build().is_needed

    installation.submit("a", 1)
    loaded = installation.build()
    assert (loaded.is_needed, loaded.is_full, loaded.from_load_seq, loaded.to_load_seq) == (True, False, 0, 1)
    assert loaded.statuses == {"model success": 1, "test pass": 1}, "what seeds alone make is in place"
    installation.publish(loaded)

    installation.submit("a", 2, is_loaded=False)
    rejected = installation.build()
    assert (rejected.is_needed, rejected.from_load_seq, rejected.to_load_seq) == (True, 1, 1)
    installation.publish(rejected)

    installation.night(date(2026, 7, 29))
    other_night = installation.build(date(2026, 7, 29))
    assert other_night.is_needed
    installation.publish(other_night)

    with connect(Role.OWNER, installation.settings) as owner:
        owner.execute("update audit.publication set compare_everything = true")
    assert installation.build(date(2026, 7, 29)).is_needed


def test_what_nothing_came_for_is_left_as_it_is(installation: Installation) -> None:
    installation.write(
        "models/fct_other.yml",
        "models: [{name: fct_other, config: {meta: {only_for: [industry_units]}},"
        " columns: [{name: submission_id, data_tests: [not_null]}]}]\n",
    )
    installation.write(
        "models/fct_other.sql",
        "select submission_id from intake.submissions where dataset = 'industry_units'\n",
    )
    installation.publish(installation.build())
    installation.submit("a", 1)
    without = installation.build()
    assert without.statuses == {"model success": 1, "test pass": 1}
    installation.publish(without)

    installation.submit("a", 2, dataset="industry_units")
    withal = installation.build()
    assert withal.statuses == {"model success": 2, "test pass": 2}
    assert installation.rows("select submission_id from build.fct_other") == [("a-2",)]
    assert installation.build().statuses == withal.statuses, "not published yet: still to be covered"
    installation.publish(withal)

    with connect(Role.OWNER, installation.settings) as owner:
        owner.execute("update audit.publication set compare_everything = true")
    assert installation.build().statuses == without.statuses, "comparing is not building"


def test_a_night_that_is_not_the_newest_is_given_to_dbt(installation: Installation) -> None:
    installation.submit("a", 1)
    installation.build()
    assert installation.rows("select given_date from build.fct_load") == [("None",)]
    installation.night(date(2026, 8, 1))
    installation.build()
    assert installation.rows("select given_date from build.fct_load") == [(NIGHT.isoformat(),)]


def test_a_changed_project_is_built_in_full_and_compared_as_a_whole(installation: Installation) -> None:
    installation.submit("a", 1)
    installation.publish(installation.build())
    installation.write("seeds/places.csv", "place_code,place_name\na,Alas Baru\nb,Batu\n")
    result = installation.build()
    assert (result.is_needed, result.is_full, result.from_load_seq) == (True, True, 0)
    assert installation.rows("select compare_everything from build.work_state") == [(True,)]
    release = installation.publish(result)
    assert release is not None
    assert release.changed_rows == 1


def test_a_build_that_did_not_end_is_followed_by_a_full_one(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.publish(installation.build())

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("lumbung.build.dbt.invoke", die)
        with pytest.raises(KeyboardInterrupt):
            installation.build(full=True)
    with pytest.raises(LumbungError, match="did not end"):
        installation.publish(BuildResult(0, 0, 0, is_success=True))
    assert installation.build().is_full


def test_a_failing_test_names_itself_and_its_rows(installation: Installation) -> None:
    installation.publish(installation.build())
    for number in range(25):
        installation.submit("z", number)
    with pytest.raises(BuildFailed) as failed:
        installation.build()
    text = str(failed.value)
    assert "relationships_fct_load_regency_code" in text.splitlines()[0]
    assert "Got 25 results" in text
    assert text.count("\n  z") == 20, "the first twenty rows"
    assert "all 25 of them: table build.failing_rows_1" in text
    assert "previous release stays in place" in text
    assert len(installation.rows("select * from build.failing_rows_1")) == 25
    build_id = failed.value.result.build_id
    assert installation.rows(f"select is_success from audit.builds where build_id = {build_id}") == [(False,)]
    assert installation.rows(
        f"select failures from audit.dbt_results where build_id = {build_id} and status = 'fail'"
    ) == [(25,)]
    with pytest.raises(LumbungError, match="failed"):
        installation.publish(failed.value.result)

    installation.write("seeds/places.csv", "place_code,place_name\na,Alas\nz,Zaman\n")
    release = installation.publish(installation.build())
    assert release is not None
    assert installation.rows("select to_regclass('build.failing_rows_1')") == [(None,)]


def test_a_failing_model_names_itself(installation: Installation) -> None:
    installation.write("models/marts/dim_place.sql", "select 1 / 0 as place_code, 'x'::text as place_name\n")
    with pytest.raises(BuildFailed, match="The build failed at dim_place") as failed:
        installation.build()
    assert "division by zero" in str(failed.value)
    assert "depend on it were skipped" in str(failed.value)


def test_a_project_that_cannot_be_parsed_says_where(installation: Installation) -> None:
    installation.write("models/marts/dim_place.sql", "select * from {{ ref('nowhere') }}\n")
    with pytest.raises(BuildFailed, match="nowhere"):
        installation.build()
    assert installation.rows("select is_success from audit.builds") == [(False,)]
    with pytest.raises(LumbungError, match="cannot be parsed"):
        parse(installation.settings)


def test_a_build_of_nothing_is_an_error(installation: Installation) -> None:
    shutil.rmtree(installation.settings.dbt_project / "models")
    with pytest.raises(BuildFailed, match="built no model"):
        installation.build()


def test_no_password_reaches_the_files_of_dbt(installation: Installation) -> None:
    installation.build()
    password = installation.settings.database(Role.TRANSFORM)["password"].encode()
    folders = (installation.settings.home / "dbt", installation.settings.logs / "dbt")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if password in path.read_bytes()] == []


def test_without_set_up_it_says_so(installation: Installation) -> None:
    with connect(Role.OWNER, installation.settings) as owner:
        owner.execute("drop table build.work_state")
    with pytest.raises(LumbungError, match="not set up"):
        installation.build()
