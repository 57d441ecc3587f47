"""What is generated is what is committed."""

from pathlib import Path

from schemas.asyncapi import PATH
from schemas.generate import EXAMPLES, RECORDS, ROOT, generated, main


def test_what_is_committed_is_what_would_be_generated() -> None:
    """When this fails, run `python -m schemas.generate`."""
    for path, text in generated().items():
        assert (ROOT / path).read_text("utf-8") == text, path
    committed = {path.relative_to(ROOT) for path in (ROOT / "schemas/json").glob("*.json")}
    assert committed <= set(generated())


def test_main_writes_everything(tmp_path: Path) -> None:
    """All files are written anew, and a schema of a type that is no more is removed."""
    (tmp_path / EXAMPLES).parent.mkdir(parents=True)
    for examples in (EXAMPLES, RECORDS):
        (tmp_path / examples).symlink_to(ROOT / examples)
    (tmp_path / "schemas/json").mkdir(parents=True)
    (tmp_path / "schemas/json/crm.old.type.json").touch()
    main(tmp_path)

    written = {
        path.relative_to(tmp_path)
        for path in [*tmp_path.glob("schemas/json/*"), tmp_path / PATH, *tmp_path.glob("docs/*")]
        if path.is_file()
    }
    assert written == set(generated())
