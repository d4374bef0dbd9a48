"""What is wrong with a contract, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lumbung.errors import LumbungError


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a contract file; line and column count from 1."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class ContractError(LumbungError):
    """A contract that cannot be used, with every problem found in it.

    `path`, `line`, `column` and `message` are those of the first problem in the file; `problems` has all.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        first = self.problems[0]
        self.path = first.path
        self.line = first.line
        self.column = first.column
        self.message = first.message
        super().__init__(
            what="\n".join(str(problem) for problem in self.problems),
            meaning="Nothing can be judged until the contract is right.",
            remedy="Correct the lines named; docs/contracts.md says what a contract may hold.",
        )
