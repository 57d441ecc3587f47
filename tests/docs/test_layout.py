"""The map of the tree in CONTRIBUTING.md is the tree."""

import re
from pathlib import Path

from tests.docs.pages import ROOT, blocks_of

_ENTRY = re.compile(r"^( *)([\w./-]+(?:, [\w./-]+)*) {2,}(\S.*)$")


def entries() -> list[Path]:
    """Return the paths on the map, by the indentation under their directories."""
    maps = [
        block for block in blocks_of(Path("CONTRIBUTING.md"), "text") if block.text.startswith("schemas/")
    ]
    assert len(maps) == 1
    found: list[Path] = []
    above = Path()
    for line in maps[0].text.splitlines():
        match = _ENTRY.match(line)
        assert match, f"no path and description: {line!r}"
        if not match[1]:
            above = Path(match[2])
            found.append(above)
        else:
            found += (above / name for name in match[2].split(", "))
    return found


def test_what_is_on_the_map_is_in_the_tree() -> None:
    """Every path exists, directories are written with a slash and stand once."""
    paths = entries()
    for path in paths:
        assert (ROOT / path).exists(), path
    assert len(set(paths)) == len(paths)


def test_every_room_is_on_the_map() -> None:
    """Each directory of the tree, and each package of the three rooms, has a line."""
    on_map = set(entries())
    rooms = {path.parent for path in ROOT.glob("*/*") if path.is_file()}
    rooms |= {
        path.parent for room in ("schemas", "processors", "streams") for path in ROOT.glob(f"{room}/*/*.py")
    }
    for room in sorted(rooms):
        relative = room.relative_to(ROOT)
        if not any(part.startswith((".", "__")) for part in relative.parts) and relative.parts:
            assert relative in on_map, relative


def test_every_stage_is_on_the_map() -> None:
    """A newcomer finds the file of each stage that has a state."""
    stages = [path.name for path in entries() if path.parts[0] == "processors"]
    assert {"track.py", "rollup.py", "judge.py"} <= set(stages)
