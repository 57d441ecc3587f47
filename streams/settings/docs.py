"""docs/configuration.md, written from the settings themselves: `python -m streams.settings.docs`."""

from pathlib import Path

from streams.settings.model import FILE_VARIABLE, Settings
from streams.settings.names import expected, is_secret, variable

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"

GROUPS = {
    "Kafka": ("kafka_",),
    "Topics and partitions": ("topic_", "app_", "partitions", "replication_"),
    "The worker": ("stages", "instance_", "session_", "commit_", "emit_", "dedup_"),
    "What it computes": ("catalog", "rules", "notify"),
    "Serving": ("http_", "tokens", "boards"),
    "Readers, metrics, logs": ("redis_", "metrics_", "log_", "data_"),
}

HEAD = f"""# Configuration

*Written by `make docs` from `streams/settings/`; don't edit.*

Each setting is an environment variable, or a key in a TOML or YAML file that `{FILE_VARIABLE}` names. A
key is the variable's name without `CRM_PULSE_`, in lower case: `CRM_PULSE_KAFKA_BOOTSTRAP` and

```yaml
kafka_bootstrap: kafka-1:9092,kafka-2:9092
```

say the same. The environment beats the file, the file beats the default; an empty variable is not set.
Relative paths start at the working directory. At the start everything is checked and every fault is listed at
once (exit status 2), unknown `CRM_PULSE_*` variables included.
"""

SECURE = """## A secured cluster

```sh
CRM_PULSE_KAFKA_BOOTSTRAP=kafka.example.com:9093
CRM_PULSE_KAFKA_SECURITY_PROTOCOL=SASL_SSL
CRM_PULSE_KAFKA_SASL_MECHANISM=SCRAM-SHA-512
CRM_PULSE_KAFKA_SASL_USERNAME=crm-pulse
CRM_PULSE_KAFKA_SASL_PASSWORD_FILE=/run/secrets/kafka-password
CRM_PULSE_KAFKA_SSL_CAFILE=/etc/ssl/kafka-ca.pem
```
"""


def render() -> str:
    """Return the page."""
    left = set(Settings.model_fields)
    parts = [HEAD]
    for title, prefixes in GROUPS.items():
        names = [name for name in Settings.model_fields if name.startswith(prefixes)]
        left -= set(names)
        parts.append(_table(title, names))
    if left:
        raise RuntimeError(f"these settings are in no group of the page: {', '.join(sorted(left))}")
    return "\n".join([*parts, SECURE])


def _table(title: str, names: list[str]) -> str:
    lines = [f"## {title}", "", "| variable | default | takes | what it does |", "|---|---|---|---|"]
    for name in names:
        what = Settings.model_fields[name].description
        lines.append(f"| `{variable(name)}` | {_default(name)} | {expected(name)} | {what} |")
    return "\n".join([*lines, ""])


def _default(name: str) -> str:
    default = Settings.model_fields[name].get_default()
    if default is None or is_secret(name):
        return "–"
    if isinstance(default, tuple):
        default = ",".join(default)
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
