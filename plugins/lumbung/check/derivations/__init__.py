"""The derived columns that rules judge: those of every dataset, and each dataset's own.

To give a dataset columns of its own, declare them in ``contracts/vocabulary.py`` (``OWN_COLUMNS``), write a
module with a function ``derive`` and name it here.
"""

from collections.abc import Callable

from lumbung.check.derivations import industry, prices, programmes, realisations, stocks
from lumbung.check.derivations.common import Common, Context, Derived, Own, common_columns
from lumbung.check.frame import NightRows

__all__ = ["Common", "Context", "Derived", "Own", "derive"]

_OWN: dict[str, Callable[[NightRows, Context, Common], Own]] = {
    "staple_prices": prices.derive,
    "staple_stocks": stocks.derive,
    "industry_units": industry.derive,
    "programme_activities": programmes.derive,
    "indicator_realisations": realisations.derive,
}


def derive(rows: NightRows, context: Context) -> Derived:
    """Compute every derived column of a night's rows of one dataset at once.

    Args:
        rows: Typed rows of all files, in order of receipt of the files.
        context: Contract, reference lists, and what the warehouse knew before this night.
    """
    common = common_columns(rows, context)
    own = _OWN.get(context.contract.dataset)
    return Derived(rows, context, common, own(rows, context, common) if own else Own({}))
