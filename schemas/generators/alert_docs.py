"""The tables of docs/alerts.md: `python -m schemas.generators.alert_docs` writes them, a test compares."""

from pathlib import Path

from schemas.alert import STATES, Reason

PAGE = Path(__file__).parents[2] / "docs" / "alerts.md"


def states_table() -> str:
    """Return the states and what they mean."""
    rows = [f"| `{state}` | {meaning} |" for state, meaning in STATES.items()]
    return "\n".join(["| state | meaning |", "| --- | --- |", *rows])


def reasons_table() -> str:
    """Return the reasons, the states they lead to, and what they mean."""
    rows = []
    for reason in Reason:
        names = ", ".join("withdrawn" if state is None else f"`{state}`" for state in reason.states)
        rows.append(f"| `{reason}` | {names} | {reason.meaning} |")
    return "\n".join(["| reason | leads to | meaning |", "| --- | --- | --- |", *rows])


def filled(page: str) -> str:
    """Return the page with its tables as they must be."""
    for name, table in (("states", states_table()), ("reasons", reasons_table())):
        before, mark, rest = page.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        page = f"{before}{mark}\n{table}\n\n{end}{after}"
    return page


def main() -> None:
    """Write the tables into the page."""
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
