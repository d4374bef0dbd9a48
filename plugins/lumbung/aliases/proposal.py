"""The line that makes a name known: checked, placed, and written where a checkout keeps the seed."""

import csv
import io
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lumbung.aliases.lists import AliasList, alias_list, elsewhere, meanings, shared_group
from lumbung.contracts.model import Contract
from lumbung.errors import LumbungError
from lumbung.reference import Reference, name_key
from lumbung.settings import Settings
from lumbung.values.foreign import foreign_characters
from lumbung.values.missing import is_missing
from lumbung.values.text import normalise_header

_LONGEST = 80
_NOTHING = "Nothing was changed."


@dataclass(frozen=True)
class Proposal:
    """One line for a seed.

    Attributes:
        path: The seed's file.
        line: The line, without its end.
        number: Which line of the file it becomes, the header being line 1.
        after: The line it stands behind.
        kind: The list.
        alias: What offices write.
        name: What it means, as everybody writes it.
    """

    path: Path
    line: str
    number: int
    after: str
    kind: str
    alias: str
    name: str


def propose(
    seeds: Path,
    contracts: Mapping[str, Contract],
    reference: Reference,
    kind: str,
    text: str,
    code: str,
    regency_code: str | None = None,
) -> Proposal:
    """The line that makes a text mean an entry of a list.

    Args:
        seeds: The folder of the seeds.
        contracts: All contracts by dataset.
        reference: The seeds as they are.
        kind: The list, such as `commodity`.
        text: What offices write.
        code: What it means: a code of the list, or a name that the list knows.
        regency_code: Whose market it is; only for markets.

    Raises:
        LumbungError: when the text cannot be an alias: known already, of two meanings, in another list, a
            heading or a header; when there is no such code.
    """
    one = alias_list(kind)
    alias = " ".join(text.split())
    _refuse_regency(one, regency_code)
    office = regency_code or ""
    _refuse_text(alias)
    meant = _meant(one, reference, office, code)
    name = one.vocabulary(reference).name(meant)
    _refuse_known(one, reference, office, alias, meant)
    _refuse_elsewhere(one, reference, alias)
    _refuse_headers(contracts, one, alias)
    row = {"regency_code": office} if kind == "market" else {}
    return _placed(one, seeds, row | {"alias": alias, one.code_column: meant}, alias, name)


def write(proposal: Proposal) -> None:
    """Put the line into its seed, keeping order and line ends; the file is replaced as a whole.

    Raises:
        LumbungError: when the file changed since the proposal, or cannot be written.
    """
    lines, newline, is_ended = _lines(proposal.path)
    if len(lines) < proposal.number - 1 or lines[proposal.number - 2] != proposal.after:
        raise LumbungError(f"{proposal.path} changed meanwhile.", _NOTHING, "Run the same command again.")
    lines.insert(proposal.number - 1, proposal.line)
    content = newline.join(lines) + (newline if is_ended else "")
    try:
        handle, temporary = tempfile.mkstemp(dir=proposal.path.parent, prefix=f".{proposal.path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode())
        Path(temporary).chmod(proposal.path.stat().st_mode)
        Path(temporary).replace(proposal.path)
    except OSError as error:
        raise LumbungError(
            f"{proposal.path} could not be written: {error.strerror}.",
            _NOTHING,
            "Add the line by hand in a checkout that you may write.",
        ) from error


def refuse_no_checkout(settings: Settings) -> None:
    """Refuse to write into what is not under version control, such as a container's image.

    Raises:
        LumbungError: when the seeds are in no checkout.
    """
    if not (settings.root / ".git").exists():
        raise LumbungError(
            f"{settings.root} is no checkout: a line written here would be lost with the next deployment.",
            _NOTHING,
            "Run the command without --write, add its line in a checkout and commit it.",
        )


def _refuse_regency(one: AliasList, regency_code: str | None) -> None:
    if (one.kind == "market") != (regency_code is not None):
        wanted = "needs the regency it is in" if one.kind == "market" else "takes no regency"
        raise LumbungError(
            f"An alias of a {one.kind} {wanted}.",
            "Names of markets repeat across regencies; the other lists are the whole province's.",
            "Add --regency 3510." if one.kind == "market" else "Leave --regency out.",
        )


def _refuse_text(alias: str) -> None:
    if not name_key(alias) or is_missing(alias):
        why = "has no letter or digit, or is a word for a missing value"
    elif len(alias) > _LONGEST:
        why = f"is longer than {_LONGEST} characters"
    elif not alias.isprintable() or foreign_characters(alias):
        why = "has characters of another script, or hidden ones, that nobody sees"
    else:
        return
    raise LumbungError(
        f"{alias[:_LONGEST]!r} cannot be an alias: it {why}.",
        _NOTHING,
        "The office corrects its file; its answer says where.",
    )


def _meant(one: AliasList, reference: Reference, office: str, code: str) -> str:
    known = one.vocabulary(reference)
    valid = {to for _, to in known.spellings(office)}
    meant = code if code in valid else known.resolve(office, code)
    if meant is None:
        near = [f"{to} ({known.name(to)})" for to, _ in known.nearest(office, code)]
        raise LumbungError(
            f"The list of {one.kind} has no {code!r}" + (f" in {office}." if office else "."),
            f"Did you mean {' or '.join(near)}?" if near else _NOTHING,
            "Name a code of the list. What is new, and no other spelling, needs a line in the list itself.",
        )
    return meant


def _refuse_known(one: AliasList, reference: Reference, office: str, alias: str, meant: str) -> None:
    known = one.vocabulary(reference)
    found = meanings(one, reference, office, alias)
    if not found:
        return
    names = " or ".join(f"{known.name(code)} ({code})" for code in found)
    if found == [meant]:
        raise LumbungError(
            f"{alias!r} is known already: it means {names}.",
            _NOTHING,
            "Files that were held before it was known are taken up by `lumbung replay`.",
        )
    if len(found) == 1:
        raise LumbungError(
            f"{alias!r} means {names} already; it cannot mean {meant} too.",
            "A name of two meanings would be understood nowhere. Nothing was changed.",
            "Ask the office which it means, and let it write the full name.",
        )
    raise LumbungError(
        f"{alias!r} is ambiguous: it may be {names}.",
        "An alias would be a guess. Nothing was changed.",
        "Let the office write the full name.",
    )


def _refuse_elsewhere(one: AliasList, reference: Reference, alias: str) -> None:
    if other := elsewhere(one, reference, alias):
        kind, name = other
        raise LumbungError(
            f"{alias!r} is a name of another list: the {kind} {name}.",
            "Tables are understood by whose names run across them. Nothing was changed.",
            "Let the office write a name that only one list has.",
        )
    if one.kind == "commodity" and (group := shared_group(reference, alias)):
        raise LumbungError(
            f"{alias!r} is the group {group}, which has several commodities.",
            "Headings of groups in tables would be read as the commodity. Nothing was changed.",
            "Let the office write which of them it means.",
        )


def _refuse_headers(contracts: Mapping[str, Contract], one: AliasList, alias: str) -> None:
    form = normalise_header(alias)
    for contract in contracts.values():
        if all(item.reference != one.reference for item in contract.fields):
            continue
        for item in contract.fields:
            if form in {normalise_header(header) for header in (item.label, *item.synonyms)}:
                raise LumbungError(
                    f"{alias!r} is a header of {contract.dataset}: its column {item.label}.",
                    "Its column would no longer be found. Nothing was changed.",
                    "Let the office write another name.",
                )


def _placed(one: AliasList, seeds: Path, row: dict[str, str], alias: str, name: str) -> Proposal:
    path = one.path(seeds)
    lines, _, _ = _lines(path)
    header = next(csv.reader(lines[:1]))
    kept = io.StringIO()
    csv.DictWriter(kept, header, lineterminator="").writerow(row)
    rows = list(csv.DictReader(lines))
    behind = sum(one.place(other) < one.place(row) for other in rows)
    return Proposal(path, kept.getvalue(), behind + 2, lines[behind], one.kind, alias, name)


def _lines(path: Path) -> tuple[list[str], str, bool]:
    """Lines of a seed without their ends, the end they have, and whether the last one has it too."""
    text = path.read_bytes().decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    is_ended = text.endswith(newline)
    return text.removesuffix(newline).split(newline), newline, is_ended
