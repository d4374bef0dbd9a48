"""`lumbung template` and `lumbung rules`: what an office gets before it sends anything."""

import io
import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lumbung.cli.dates import IsoDate
from lumbung.cli.outputs import refuse_unfit, unwritten
from lumbung.errors import LumbungError
from lumbung.settings import Settings

if TYPE_CHECKING:
    from lumbung.contracts.model import Contract

_WIDTH = 80


@click.command()
@click.argument("dataset")
@click.option("--office", required=True, help="Who fills it in: BPS code such as 3510, or name.")
@click.option(
    "--date",
    "business_date",
    type=IsoDate(),
    help="For the last period that is over on this day; default: today.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The workbook to write (.xlsx); default: DATASET-CODE.xlsx in the present folder.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def template(dataset: str, office: str, business_date: date | None, output: Path | None, force: bool) -> None:
    """Write a workbook for an office to fill in.

    DATASET is staple_prices, staple_stocks, industry_units, ovop_products, programme_activities or
    indicator_realisations. The workbook carries the office's markets, drop-downs, units, input checks and
    instructions, all from the contract. Writes that one file and changes nothing else.
    """
    from lumbung import clock, offline
    from lumbung.offices.template import Template, write_template
    from lumbung.reference import Reference

    settings = Settings.load()
    contract = offline.contract_named(dataset, settings.expectations)
    reference = Reference.load(settings)
    regency_code = offline.office_named(office, reference)
    path = output or Path(f"{contract.dataset}-{regency_code}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise LumbungError(
            f"{path} cannot be the template.",
            "It must end in .xlsx. Nothing was written.",
            f"Name it with -o, such as -o {path.with_suffix('.xlsx').name}.",
        )
    refuse_unfit(path, force)
    made = Template.of(contract, reference, regency_code, business_date or clock.today())
    try:
        write_template(path, made, settings.help_desk)
    except OSError as error:
        raise unwritten(path, error) from error
    rows = f"{len(made.rows):,} rows to complete" if made.rows else "an empty table"
    click.echo(f"{path}: {contract.title}, {made.office}, {rows}.")
    click.echo(
        "Next: let the office fill it in, then judge it before it is sent: "
        f"lumbung check {shlex.quote(str(path))} --dataset {contract.dataset} --office {regency_code}"
    )


@click.command()
@click.option("--dataset", help="Only the rules of one dataset, such as staple_prices; default: all.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "csv", "json"]),
    default="table",
    show_default=True,
    help="For the screen, for a document, for a spreadsheet, for a program.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; default: the screen.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def rules(dataset: str | None, form: str, output: Path | None, force: bool) -> None:
    """Print the rules that offices are told, in Indonesian.

    Changes nothing.
    """
    from lumbung import offline
    from lumbung.contracts.load import load_contracts
    from lumbung.offices import rule_list

    folder = Settings.load().expectations
    contracts: Sequence[Contract]
    if dataset:
        contracts = [offline.contract_named(dataset, folder)]
    else:
        contracts = list(load_contracts(folder).values())
    if output is not None:
        refuse_unfit(output, force)
    kept = io.StringIO()
    if form == "table":
        console = Console(width=_WIDTH, highlight=False, file=None if output is None else kept)
        for contract in contracts:
            _print_rules(console, contract)
        text = kept.getvalue()
    elif form == "markdown":
        text = rule_list.as_markdown(contracts)
    else:
        listed = [rule for contract in contracts for rule in rule_list.published(contract)]
        text = rule_list.as_csv(listed) if form == "csv" else rule_list.as_json(listed)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritten(output, error) from error
    count = sum(len(contract.rules) for contract in contracts)
    click.echo(f"{output}: {count} rules of {len(contracts)} dataset{'s' * (len(contracts) > 1)}.")


def _print_rules(console: Console, contract: "Contract") -> None:
    from lumbung.labels import label
    from lumbung.offices import rule_list

    console.print(Text(label("rules.title").format(title=contract.title), style="bold"))
    console.print(Text(rule_list.intro(contract)))
    listed = rule_list.published(contract)
    for level in dict.fromkeys(rule.level for rule in listed):
        table = Table(
            width=_WIDTH,
            title=label("rules.level", level).capitalize(),
            title_justify="left",
            title_style="bold",
            show_edge=False,
            pad_edge=False,
            header_style="bold",
        )
        table.add_column(label("rules.id"), no_wrap=True)
        table.add_column(label("rules.severity"), width=10)
        table.add_column(label("rules.content"), ratio=1, overflow="fold")
        for rule in (one for one in listed if one.level == level):
            content = Text(rule.name, style="bold")
            if rule.field or rule.limit:
                beside = ": ".join(part for part in (rule.field, rule.limit) if part)
                content.append(f" ({beside})", style="not bold")
            content.append(f"\n{rule.message}", style="not bold")
            content.append(f"\n→ {rule.remedy}", style="not bold dim")
            table.add_row(rule.rule_id, rule.severity, content)
        console.print()
        console.print(table)
    console.print()


COMMANDS = (template, rules)
