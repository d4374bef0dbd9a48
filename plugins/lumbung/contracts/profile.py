"""The keys a Lumbung contract may hold: the part of ODCS that Lumbung acts on, closed at every depth.

ODCS leaves some mappings open (`implementation`, values of custom properties) and has many keys that Lumbung
would ignore. Both are refused: what stands in a contract has an effect, or is a description.
"""

from lumbung.contracts import vocabulary as words
from lumbung.contracts.shapes import Depending, Flag, Items, Keys, Number, Properties, Shape, Text

_TEXTS = Items(Text())
_DAYS = Number((int,), minimum=0)


def _expectation(name: str) -> Shape:
    arguments: dict[str, Shape] = {
        argument: Flag() if types == (bool,) else Number(types)
        for argument, types in words.EXPECTATIONS[name].items()
    }
    kwargs = Keys({"column": Text()}, arguments)
    return Keys({"type": Text(), "kwargs": kwargs})


_IMPLEMENTATIONS: dict[str, Shape] = {
    words.GREAT_EXPECTATIONS: Depending("type", {name: _expectation(name) for name in words.EXPECTATIONS}),
    words.LUMBUNG: Keys({"fault": Text(tuple(words.FAULTS))}),
}


def _rule(implementation: Shape) -> Shape:
    """A rule; which derived columns there are depends on the fields, so `consistency.py` looks at that."""
    return Keys(
        {
            "id": Text(pattern=r"[A-Z]{2}-[0-9]{3}", hint="two capital letters, a hyphen and three digits"),
            "name": Text(),
            "type": Text(("custom",)),
            "engine": Text(words.ENGINES),
            "severity": Text(words.SEVERITIES),
            "implementation": implementation,
            "customProperties": Properties(
                {"level": Text(words.LEVELS), "message": Text(), "remedy": Text()}, {"field": Text()}
            ),
        },
        {"dimension": Text(words.DIMENSIONS), "description": Text(), "businessImpact": Text()},
    )


_SYNONYM = Keys({"synonym": Text()}, {"description": Text(), "source": Text()})

_CHOICE = Keys(
    {"value": Text(pattern="[a-z][a-z0-9_]*", hint="a lower-case code"), "label": Text()},
    {"description": Text()},
)

_FIELD = Keys(
    {
        "name": Text(pattern="[a-z][a-z0-9_]*", hint="a lower-case English name with underscores"),
        "businessName": Text(),
        "logicalType": Text(words.LOGICAL_TYPES),
        "physicalName": Text(pattern="[a-z][a-z0-9_]*", hint="a lower-case column name with underscores"),
        "physicalType": Text(words.PHYSICAL_TYPES),
        "required": Flag(),
        "classification": Text(words.CLASSIFICATIONS),
    },
    {
        "description": Text(),
        "primaryKey": Flag(),
        "synonyms": Items(_SYNONYM),
        "enum": Items(_CHOICE),
        "examples": _TEXTS,
        "customProperties": Properties(
            {},
            {
                "reference": Text(words.REFERENCES),
                "default": Text(),
                "choiceAliases": Items(Keys({"alias": Text(), "value": Text()})),
                "zeroIsMissing": Flag(),
                "blankSkipsRow": Flag(),
            },
        ),
    },
)

_QUALITY = Items(Depending("engine", {name: _rule(i) for name, i in _IMPLEMENTATIONS.items()}))

SHARED_RULES = Keys(
    {"version": Text(pattern=r"[0-9]+\.[0-9]+\.[0-9]+", hint="a version such as 1.0.0"), "quality": _QUALITY}
)
"""The file of rules that every contract carries."""

_TABLE = Keys(
    {
        "name": Text(),
        "businessName": Text(),
        "properties": Items(_FIELD),
        "quality": _QUALITY,
    },
    {
        "logicalType": Text(("object",)),
        "physicalName": Text(),
        "dataGranularityDescription": Text(),
        "description": Text(),
    },
)

CONTRACT = Keys(
    {
        "apiVersion": Text(),
        "kind": Text(("DataContract",)),
        "id": Text(),
        "version": Text(pattern=r"[0-9]+\.[0-9]+\.[0-9]+", hint="a version such as 1.0.0"),
        "customProperties": Properties(
            {
                "shortCode": Text(pattern="[A-Z]{2}", hint="two capital letters"),
                "shapes": Items(Text(words.SHAPES)),
                "formats": Items(Text(words.FORMATS)),
                "rowPolicy": Keys(
                    {"kind": Text(words.ROW_POLICIES), "maxHeldPct": Number(minimum=0, maximum=100)}
                ),
                "listedFindingsCap": Number((int,), minimum=1),
            }
        ),
        "slaProperties": Properties(
            {
                "period": Text(words.PERIODS),
                "dueTime": Text(pattern="([01][0-9]|2[0-3]):[0-5][0-9]", hint="an hour such as 12:00"),
                "dueDaysAfter": _DAYS,
                "lockDaysAfter": _DAYS,
            },
            notes={"description": Text(), "unit": Text(("d", "Asia/Jakarta"))},
        ),
        "schema": Items(_TABLE),
    },
    {
        "name": Text(),
        "status": Text(),
        "domain": Text(),
        "tags": _TEXTS,
        "description": Keys({}, {"purpose": Text(), "usage": Text(), "limitations": Text()}),
    },
)
"""The whole contract file."""
