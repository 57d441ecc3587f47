"""The JSON Schema of a catalog file, by which editors complete and underline; made from the grammar.

What the grammar says in sections it says as they do; names that only the vocabulary knows (facts, types
of event, fields, dimensions) are offered as well. Whether names fit together only `crm-pulse check` knows.
"""

from collections.abc import Iterable

from schemas.catalog import load_catalog
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import FORMULAS, PERIOD_WINDOWS
from schemas.catalogs.rolling import TODAY
from schemas.duration import WRITTEN
from schemas.event import EVENT_TYPES
from schemas.event_fields import entity_fields, fields_of
from schemas.fact import FACTS
from schemas.generators.file_schema import file_schema, write_calendar
from schemas.generators.json_schema import Schema

_FACT_FIELDS = {
    "Kpi": ("count", "sum", "mean", "gauge", "gauge_sum", "oldest"),
    "Selection": ("of",),
    "Measure": ("of",),
    "Percentile": ("of",),
    "Share": ("of",),
    "Distinct": ("accounts",),
    "Churn": ("active",),
}
"""Where a text names a kind of fact."""
_ROLLING: Schema = {"type": "string", "pattern": f"^({TODAY}|rolling_[1-9][0-9]{{0,4}}[hd])$"}
_WINDOW: Schema = {"anyOf": [{"enum": [*PERIOD_WINDOWS, "now"]}, _ROLLING]}


def catalog_schema() -> Schema:
    """Return the schema of a catalog file."""
    catalog = file_schema("catalog", Catalog)
    definitions = catalog["$defs"]
    for name, fields in _FACT_FIELDS.items():
        for field in fields:
            _offer(definitions[name]["properties"][field], FACTS)
    for name in ("base", "reached"):
        _offer(definitions["Conversion"]["properties"][name], (*FACTS, *EVENT_TYPES))
    for name in ("from", "to"):
        definitions["Span"]["properties"][name] |= {"enum": [*EVENT_TYPES]}
    for name in ("Span", "Conversion"):
        _offer(definitions[name]["properties"]["entity"], _entities())
    _offer(definitions["Kpi"]["properties"]["by"]["items"], _dimensions())
    definitions["Test"] = _fields_of_events(definitions["Where"])
    definitions["Conversion"]["properties"]["within"] |= WRITTEN
    for name in ("Kpi", "Export"):
        definitions[name]["properties"]["windows"]["items"] = _WINDOW
    write_calendar(definitions)
    definitions["Kpi"]["dependentRequired"] = {"expression": ["n"]}
    catalog["properties"]["rolling"]["items"] = _ROLLING
    _overlays(catalog, definitions["Kpi"])
    return catalog | {"$defs": catalog.pop("$defs")}


def _offer(field: Schema, names: Iterable[str]) -> None:
    """Offer names where a text may stand; another text is allowed, since a catalog has names of its own."""
    offered = {"anyOf": [{"enum": [*names]}, {"type": "string"}]}
    if field.get("type") == "string":
        del field["type"]
        field |= offered
        return
    if field.get("type") == "array":
        _offer(field["items"], names)
    for option in field.get("anyOf", ()):
        if option.get("type") in ("string", "array"):
            _offer(option, names)


def _fields_of_events(where: Schema) -> Schema:
    """Name every field that events have, so that a wrong one is underlined; return what each may be."""
    test = where["additionalProperties"]
    test = {"anyOf": [option for option in test["anyOf"] if option != {"type": "integer"}]}
    where["properties"] |= {name: {"$ref": "#/$defs/Test"} for name in sorted(fields_of(EVENT_TYPES))}
    where["additionalProperties"] = False
    return test


def _overlays(catalog: Schema, kpi: Schema) -> None:
    """Allow what only makes sense in a file that lies over the standard catalog: its KPIs in part, or dropped."""
    required = kpi.pop("required")
    kpis = catalog["properties"]["kpis"]
    ((pattern, reference),) = kpis.pop("patternProperties").items()  # ids have a pattern
    kpis["propertyNames"] = {"pattern": pattern}
    # Not "any of": what is wrong inside a KPI would only be told as "not valid under any".
    changed = {"if": {"type": "object"}, "then": reference, "else": {"type": "null"}}
    kpis["properties"] = dict.fromkeys(load_catalog().kpis, changed)
    whole = {"type": "object", "required": required, "oneOf": [{"required": [name]} for name in FORMULAS]}
    kpis["additionalProperties"] = {**reference, **whole}
    complete = {"additionalProperties": whole}
    needs = catalog["required"]
    catalog["required"] = ["catalog"]
    catalog["if"] = {"not": {"required": ["extends"]}}
    catalog["then"] = {"required": needs, "properties": {"kpis": complete}}


def _dimensions() -> list[str]:
    return sorted({"team", "rep", *(name for fact in FACTS.values() for name in fact.dimensions)})


def _entities() -> list[str]:
    return sorted({name for type_ in EVENT_TYPES for name in entity_fields(type_)})
