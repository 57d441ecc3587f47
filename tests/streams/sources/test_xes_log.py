"""Reading XES."""

import io

import pytest

from streams.sources.raw import SourceFailed
from streams.sources.xes_log import Trace, read_traces

LOG = """<?xml version="1.0"?>
<{p}log{ns}>
  <{p}extension name="Concept" prefix="concept" uri="http://x"/>
  <{p}global scope="event"><{p}string key="concept:name" value="DEFAULT"/></{p}global>
  <{p}float key="meta" value="1.5"><{p}float key="inner" value="2"/></{p}float>
  <{p}trace>
    <{p}string key="concept:name" value="c &amp; 1"><{p}string key="inside" value="no"/></{p}string>
    <{p}event>
      <{p}string key="concept:name" value="A"/>
      <{p}list key="parts"><{p}values><{p}string key="concept:name" value="no"/></{p}values></{p}list>
    </{p}event>
    <{p}event/>
    <{p}float key="AMOUNT" value="12.5"/>
  </{p}trace>
  <{p}trace/>
</{p}log>
"""
TRACES = [Trace({"concept:name": "c & 1", "AMOUNT": "12.5"}, [{"concept:name": "A"}, {}]), Trace({}, [])]


def read(text: str) -> list[Trace]:
    return list(read_traces(io.BytesIO(text.encode()), "log.xes"))


@pytest.mark.parametrize(
    ("prefix", "namespace"),
    [
        ("", ""),
        ("", ' xmlns="http://www.xes-standard.org/"'),
        ("xes:", ' xmlns:xes="http://www.xes-standard.org/"'),
    ],
)
def test_traces_and_events_have_their_own_attributes_only(prefix: str, namespace: str) -> None:
    """Not those inside attributes or lists, nor the log's; with a namespace, a prefix or neither."""
    assert read(LOG.format(p=prefix, ns=namespace)) == TRACES


def test_an_event_in_no_trace_is_one_by_itself() -> None:
    """Newer versions of XES allow it. It has no case, and is counted among what can't be used for want of one."""
    inside = '<event><string key="concept:name" value="{0}"><string key="x" value="no"/></string></event>'
    text = f"<log>{inside.format('A')}<trace>{inside.format('B')}</trace>{inside.format('C')}</log>"

    assert read(text) == [Trace({}, [{"concept:name": name}]) for name in "ABC"]


def test_a_log_of_any_length_is_read_piece_by_piece() -> None:
    """Traces come while the log is still being read, so memory does not grow with it."""

    class Endless(io.RawIOBase):
        served = 0

        def read(self, size: int = -1) -> bytes:
            self.served += 1
            return b"<log>" if self.served == 1 else b'<trace><string key="n" value="1"/></trace>' * 100

    traces = read_traces(Endless(), "endless")  # type: ignore[arg-type]
    assert all(next(traces) == Trace({"n": "1"}, []) for _ in range(1_000))


def test_what_is_no_xml_names_line_and_column() -> None:
    """So that the place can be found in a file of a million lines."""
    with pytest.raises(SourceFailed, match=r"log\.xes:2: column 11: not XML: mismatched tag"):
        read("<log>\n <trace></log>")


@pytest.mark.parametrize("encoding", ["FOO", "GBK"])
def test_an_encoding_that_cannot_be_read_is_told(encoding: str) -> None:
    """One that nobody knows, or that has characters of several bytes: the file and a sentence, no traceback."""
    with pytest.raises(SourceFailed, match=r"log\.xes:1: not readable XML: .*encoding"):
        read(f'<?xml version="1.0" encoding="{encoding}"?><log/>')


def test_xml_of_another_kind_is_refused() -> None:
    """It would otherwise be an empty log."""
    with pytest.raises(SourceFailed, match=r"log\.xes:1: no XES log: the document is a <html>"):
        read("<html></html>")


def test_a_log_that_breaks_off_gives_what_came_before() -> None:
    """The traces before the damage, then the message."""
    traces = read_traces(io.BytesIO(b"<log><trace/><trace>"), "log.xes")

    assert Trace({}, []) == next(traces)
    with pytest.raises(SourceFailed, match="no element found"):
        next(traces)
