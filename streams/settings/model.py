"""What an installation can set: `CRM_PULSE_*` variables and a file, checked at the start."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from streams.settings.types import (
    STAGES,
    Finite,
    InputFile,
    LogFormat,
    LogLevel,
    Mechanism,
    Name,
    Prefix,
    Protocol,
    RedisUrl,
    Servers,
    Stages,
)

PREFIX = "CRM_PULSE_"
FILE_VARIABLE = PREFIX + "CONFIG"


def _is(expected: str) -> dict[str, Any]:
    """What a valid value looks like, in words: for error messages and docs/configuration.md."""
    return {"expected": expected}


class Settings(BaseSettings):
    """All settings of a worker and of the commands, immutable.

    `Settings(…)` takes what it is given and looks nowhere else; `load` reads the environment and the file.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    kafka_bootstrap: Servers = Field(
        "127.0.0.1:9092",
        description="Kafka brokers to find the cluster through.",
        json_schema_extra=_is("host:port, several separated by commas"),
    )
    kafka_security_protocol: Protocol = Field(
        "PLAINTEXT",
        description="How to talk to the brokers.",
        json_schema_extra=_is("PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"),
    )
    kafka_sasl_mechanism: Mechanism = Field(
        "PLAIN",
        description="How to log in, with a SASL protocol.",
        json_schema_extra=_is("PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"),
    )
    kafka_sasl_username: str | None = Field(None, description="Who logs in.", json_schema_extra=_is("text"))
    kafka_sasl_password: SecretStr | None = Field(
        None, description="The password, never shown.", json_schema_extra=_is("text")
    )
    kafka_sasl_password_file: InputFile | None = Field(
        None,
        description="A file with the password, instead of the password itself; read at the start.",
        json_schema_extra=_is("path of a readable file"),
    )
    kafka_ssl_cafile: InputFile | None = Field(
        None,
        description="Certificates of the authorities to trust (PEM); without it, the system's.",
        json_schema_extra=_is("path of a readable file"),
    )
    kafka_ssl_certfile: InputFile | None = Field(
        None,
        description="Certificate to show to the brokers (PEM).",
        json_schema_extra=_is("path of a readable file"),
    )
    kafka_ssl_keyfile: InputFile | None = Field(
        None,
        description="The private key of that certificate (PEM, not encrypted).",
        json_schema_extra=_is("path of a readable file"),
    )
    topic_prefix: Prefix = Field(
        "crm.",
        description="What topic names begin with, so that several installations can share a cluster; each needs an "
        "id of its own, too.",
        json_schema_extra=_is("letters, digits, `.`, `_`, `-`, at most 100; may be empty"),
    )
    app_id: Name = Field(
        "crm-pulse",
        description="Consumer group and first part of the changelogs' names; another id is another engine.",
        json_schema_extra=_is("letters, digits, `.`, `_`, `-`, at most 100"),
    )
    partitions: int = Field(
        4, ge=1, le=1_024,
        description="Partitions of activity, what waits and KPIs when the topics are created: the most workers that "
        "can share tracking, judging and absence rules; one process adds up. Can't be changed later.",
        json_schema_extra=_is("whole number from 1 to 1024"),
    )  # fmt: skip
    replication_factor: int | None = Field(
        None, ge=1, le=32,
        description="Copies of each topic when the topics are created; without it, the cluster's default.",
        json_schema_extra=_is("whole number from 1 to 32"),
    )  # fmt: skip
    stages: Stages = Field(
        STAGES,
        description="The stages this worker runs; a cluster needs every stage in at least one worker.",
        json_schema_extra=_is("one or more of directory, track, rollup, judge, overdue, separated by commas"),
    )
    instance_id: Name | None = Field(
        None,
        description="A name of this worker that outlives restarts and no other worker has (such as a pod's "
        "of a StatefulSet): with it, a restart within the session time-out moves no partition.",
        json_schema_extra=_is("letters, digits, `.`, `_`, `-`, at most 100"),
    )
    session_timeout_s: float = Finite(
        6.0, ge=1, le=300,
        description="How long a worker may be silent before others take its partitions. Brokers refuse less than their "
        "`group.min.session.timeout.ms`, commonly 6 s.",
        json_schema_extra=_is("seconds from 1 to 300"),
    )  # fmt: skip
    commit_interval_s: float = Finite(
        1.0, gt=0, le=60,
        description="How often state is written and offsets are committed: what a crash repeats.",
        json_schema_extra=_is("seconds, above 0, at most 60"),
    )  # fmt: skip
    emit_interval_s: float = Finite(
        0.1, gt=0, le=60,
        description="How often changed KPIs are published, where there is the time for it.",
        json_schema_extra=_is("seconds, above 0, at most 60"),
    )  # fmt: skip
    emit_interval_max_s: float = Finite(
        10.0, gt=0, le=600,
        description="How far apart publications come at most while a backlog is worked off.",
        json_schema_extra=_is("seconds, above 0, at most 600, not below emit_interval_s"),
    )  # fmt: skip
    dedup_horizon_d: float = Finite(
        7.0, gt=0, le=400,
        description="How long, in event time, a second arrival of an event is known as such. `replay`, `explain` and "
        "`rules replay` read no settings: they have `--dedup-horizon`.",
        json_schema_extra=_is("days, above 0, at most 400"),
    )  # fmt: skip
    catalog: InputFile | None = Field(
        None,
        description="The KPI catalog; without it, the standard catalog.",
        json_schema_extra=_is("path of a readable file"),
    )
    rules: InputFile | None = Field(
        None,
        description="The alert rules; without it, the standard rules.",
        json_schema_extra=_is("path of a readable file"),
    )
    notify: InputFile | None = Field(
        None,
        description="Who is told of which alerts, for `notify`.",
        json_schema_extra=_is("path of a readable file"),
    )
    data_dir: Path | None = Field(
        None,
        description="Where `demo` keeps the data of its embedded servers; without it, a temporary one.",
        json_schema_extra=_is("path of a directory"),
    )
    redis_url: RedisUrl | None = Field(
        None,
        description="Redis for readers of current values, never shown; without it, none is used.",
        json_schema_extra=_is("redis://, rediss:// or unix:// URL"),
    )
    metrics_host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address on which /metrics, /healthz and /readyz are served; 0.0.0.0 is every address.",
        json_schema_extra=_is("address or host name"),
    )
    metrics_port: int = Field(
        9464, ge=0, le=65_535,
        description="Port of the same; 0 takes a free one.",
        json_schema_extra=_is("whole number from 0 to 65535"),
    )  # fmt: skip
    http_host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address on which `serve` answers; any but loopback needs `tokens`.",
        json_schema_extra=_is("address or host name"),
    )
    http_port: int = Field(
        8080, ge=0, le=65_535,
        description="Port of the same; 0 takes a free one.",
        json_schema_extra=_is("whole number from 0 to 65535"),
    )  # fmt: skip
    tokens: InputFile | None = Field(
        None,
        description="Who may read and do what over HTTP, for `serve`; without it everybody on this machine may.",
        json_schema_extra=_is("path of a readable file"),
    )
    boards: InputFile | None = Field(
        None,
        description="The wallboards that `serve` shows; without it, the standard ones.",
        json_schema_extra=_is("path of a readable file"),
    )
    log_level: LogLevel = Field(
        "info",
        description="The least important lines that are logged.",
        json_schema_extra=_is("debug, info, warning or error"),
    )
    log_format: LogFormat = Field(
        "auto",
        description="Log lines as JSON or for people; auto is for people on a terminal only.",
        json_schema_extra=_is("auto, json or console"),
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)
