"""A short run of the fuzzer, always over the same files; `make fuzz` is the long one."""

from pathlib import Path

from lumbung.contracts.load import load_contracts
from lumbung.decode.job import DecodeJob
from lumbung.decode.stage import decode_files
from lumbung.settings import Settings
from tests.fuzz.corpus import DATASET, seeds
from tests.fuzz.run import LIMITS, OFFICE, fuzz, wrong


def test_mutated_files_have_an_outcome_each(tmp_path: Path) -> None:
    tally = fuzz(tmp_path, seed=7, rounds=2, seconds=60)

    assert [(broken.name, broken.why) for broken in tally.broken] == []
    assert tally.files == 120


def test_files_that_once_broke_the_decoder_do_so_no_more(tmp_path: Path) -> None:
    contents = {
        one.name: one.content for one in seeds() if one.dataset == DATASET and "good_" not in one.name
    }
    jobs = []
    for name, content in contents.items():
        path = tmp_path / name
        path.write_bytes(content)
        jobs.append(DecodeJob(name, path, name, OFFICE))
    contract = load_contracts(Settings.load().expectations)[DATASET]
    outcomes = decode_files(jobs, contract, tmp_path / "out", LIMITS)

    assert {one.submission_id: why for one in outcomes if (why := wrong(one))} == {}
