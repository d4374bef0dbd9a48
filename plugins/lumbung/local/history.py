"""Older submissions loaded on this machine, without the scheduler, with a line per stage."""

from datetime import date
from pathlib import Path

from lumbung.local.steps import Steps
from lumbung.local.words import stage_words
from lumbung.night import HISTORY_STAGES, load_history
from lumbung.settings import Settings


def run_history(settings: Settings, steps: Steps, folder: Path, business_date: date, run_id: str) -> None:
    """Load a folder of history and publish it, naming each stage while it runs.

    Raises:
        LumbungError: when a stage fails; running it again goes on where it stopped.
    """
    stages = load_history(settings, folder, business_date, run_id)
    for stage in HISTORY_STAGES:
        with steps.step(stage) as words:
            words.append(stage_words(*next(stages)))
