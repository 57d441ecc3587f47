"""The engine's rules for the Prometheus operator."""

from streams.measuring.prometheus_rule import RESOURCE, RULES, prometheus_rule
from tests.deploy.files import ROOT, read
from tests.deploy.kubernetes.manifests import one_of


def test_the_file_is_made_of_the_rules() -> None:
    """`make docs` was run after the last change."""
    assert (ROOT / RESOURCE).read_text("utf-8") == prometheus_rule((ROOT / RULES).read_text("utf-8"))


def test_it_has_the_same_rules() -> None:
    """Each group, with all that stands in it, long expressions too."""
    resource = read(ROOT / RESOURCE)
    assert (resource["apiVersion"], resource["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
    assert resource["spec"] == read(ROOT / RULES)
    assert resource["spec"]["groups"]


def test_the_example_brings_it() -> None:
    """As kustomize puts it together, with the ServiceMonitor whose metrics they are about."""
    assert one_of("PrometheusRule", "")["spec"] == read(RULES)
    assert one_of("ServiceMonitor", "")
