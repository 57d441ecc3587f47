"""The engine's rules as Prometheus reads them from a file, made into what the Prometheus operator takes.

`python -m streams.measuring.prometheus_rule` writes it. Text, not data, so that the comments come along.
"""

from pathlib import Path
from textwrap import indent
from typing import Final

RULES: Final = Path("deploy/prometheus/rules/engine.yaml")
RESOURCE: Final = Path("deploy/kubernetes/components/prometheus-operator/prometheus-rule.yaml")
"""Both from the root of the tree."""

_HEAD: Final = """\
# The rules of {source}, for the Prometheus operator; made of that file by `make docs`.
# An operator that looks for rules by a label (its `ruleSelector`) finds them with a patch of `metadata.labels`.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: crm-pulse
  labels: {{app.kubernetes.io/part-of: crm-pulse}}
spec:
"""


def prometheus_rule(rules: str) -> str:
    """Return the resource with all groups of a file of rules."""
    return _HEAD.format(source=RULES) + indent(rules[rules.index("groups:\n") :], "  ")


def main() -> None:
    """Write the file."""
    RESOURCE.write_text(prometheus_rule(RULES.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
