"""## nightly: from 38 offices to published KPIs

**What** - collects what the offices handed in, judges it, builds the tables, publishes them as one release.
**When** - every evening 20:00 Asia/Jakarta; by hand with *Trigger* at any time, also for a past day.
**Parameters** - `business_date` (default: the day of the run in Asia/Jakarta), `inbox` (default: the installation's
inbox, `LUMBUNG_INBOX`).
**How long** - under a minute for one file per office.

**If it is red**

| task | usual cause | do |
|---|---|---|
| open_night | the warehouse is down | start it, then *Clear* the task |
| collect (an office's name) | that office's channel is out of reach; the others go on | mend the channel; the next run fetches again |
| decode, check, load | no space, no memory | make room, *Clear* the task: it takes up what is pending |
| build | a test failed; the log names it and shows rows; the previous release stays in place | mend the cause, *Clear* build |
| publish | publication is paused (`lumbung resume`), or the warehouse is down | mend, *Clear* publish |
| report | no space for the pages | make room, *Clear* report |

A file that is wrong is not a reason for red: its findings say so. Every task may be run again; nothing happens twice.

**Owner** - data engineers of Disperindag Jawa Timur. **Runbook** - docs/operations.md.
"""

from datetime import timedelta

from airflow.sdk import Param, TriggerRule, dag, task

from lumbung.airflow.tasks import collect, open_night, report, run_stage
from lumbung.airflow.timetables import jakarta_cron


@dag(
    dag_id="nightly",
    doc_md=__doc__,
    schedule=jakarta_cron("0 20 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "lumbung", "retries": 1, "retry_delay": timedelta(seconds=20)},
    params={
        "business_date": Param(None, type=["null", "string"], format="date", title="Business date"),
        "inbox": Param(None, type=["null", "string"], title="Folder of submissions"),
    },
    tags=["nightly", "publishes"],
)
def nightly() -> None:
    """Wire the flow: collect → decode → check → load → build → publish → report."""
    offices = task(open_night)()
    night = offices["night"]
    collected = (
        task(collect, map_index_template="{{ office_name }}", max_active_tis_per_dagrun=4)
        .partial(night=night)
        .expand(office=offices)
    )
    # One office out of reach must not keep the others from being published.
    decoded = task(run_stage, task_id="decode", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)(
        "decode", night
    )
    checked = task(run_stage, task_id="check")("check", night)
    loaded = task(run_stage, task_id="load")("load", night)
    built = task(run_stage, task_id="build", retries=0)("build", night)
    published = task(run_stage, task_id="publish")("publish", night, built)
    reported = task(report)(night)
    collected >> decoded >> checked >> loaded >> built >> published >> reported


nightly()
