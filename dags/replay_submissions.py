"""## replay_submissions: load submissions again under today's contracts

**What** - decodes and checks landed bytes again and says what would differ; with `apply` it loads them again, builds,
publishes. Old rows count until the new ones are loaded; nothing is deleted. Without any selection it loads what
`lumbung replay --apply` has marked.
**When** - by hand, after a contract, an alias or the decoder was mended.
**Parameters** - `submissions` (receipt numbers) or `dataset`, `office`, `from`, `to` (days the files speak of); `apply`
(default: off, a rehearsal that changes nothing and ends after the first task); `reason` and `by`, kept for good.
**How long** - as a night over the same files, without collecting.

**If it is red**

| task | usual cause | do |
|---|---|---|
| order_replay | a submission is still under way, landed bytes are gone, no reason or name | its log says which; trigger again |
| decode, check, load | no space, no memory | make room, *Clear* the task: it takes up what is pending |
| build | a test failed; the log names it and shows rows; the previous release stays in place | mend the cause, *Clear* build |
| publish | publication is paused (`lumbung resume`), or the warehouse is down | mend, *Clear* publish |
| report | no space for the pages | make room, *Clear* report |

Every task may be run again; nothing happens twice. To undo a replay, mend what made the difference and replay again.

**Owner** - data engineers of Disperindag Jawa Timur. **Runbook** - docs/operations.md.
"""

from datetime import timedelta

from airflow.sdk import Param, dag, task

from lumbung.airflow.replays import order_replay
from lumbung.airflow.tasks import report, run_stage


@dag(
    dag_id="replay_submissions",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "lumbung", "retries": 1, "retry_delay": timedelta(seconds=20)},
    params={
        "submissions": Param(None, type=["null", "array"], items={"type": "string"}, title="Submissions"),
        "dataset": Param(None, type=["null", "string"], title="Dataset"),
        "office": Param(None, type=["null", "string"], title="Office (BPS code)"),
        "from": Param(None, type=["null", "string"], format="date", title="From day"),
        "to": Param(None, type=["null", "string"], format="date", title="To day"),
        "apply": Param(False, type="boolean", title="Load again, not only show"),
        "reason": Param(None, type=["null", "string"], title="Reason"),
        "by": Param(None, type=["null", "string"], title="By"),
    },
    tags=["replay", "publishes"],
)
def replay_submissions() -> None:
    """Wire the flow of a night without collect: order → decode → check → load → build → publish → report."""
    night = task.short_circuit(order_replay)()
    decoded = task(run_stage, task_id="decode")("decode", night)
    checked = task(run_stage, task_id="check")("check", night)
    loaded = task(run_stage, task_id="load")("load", night)
    built = task(run_stage, task_id="build", retries=0)("build", night)
    published = task(run_stage, task_id="publish")("publish", night, built)
    reported = task(report)(night)
    decoded >> checked >> loaded >> built >> published >> reported


replay_submissions()
