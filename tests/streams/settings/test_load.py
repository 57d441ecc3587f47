"""The settings from environment and file: precedence, and every fault at once without a secret."""

from pathlib import Path

import pytest

from streams.settings import STAGES, Settings, SettingsError, load


def faults(environ: dict[str, str]) -> list[str]:
    """The faults of an environment that has some."""
    with pytest.raises(SettingsError) as caught:
        load(environ)
    assert str(caught.value).startswith(f"{len(caught.value.faults)} fault")
    return caught.value.faults


def written(directory: Path, name: str, text: str) -> str:
    """A file with this text; its path."""
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_nothing_set_gives_the_defaults() -> None:
    """An empty environment is a valid configuration, and other programs' variables are none of ours."""
    assert Settings() == load({"PATH": "/bin", "CRM_PULSE_TEST_DATA": "x"})


def test_the_class_looks_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Settings(…)` is what it is given and defaults, whatever the environment says."""
    monkeypatch.setenv("CRM_PULSE_PARTITIONS", "9")

    assert (Settings().partitions, load().partitions) == (4, 9)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.yaml", "partitions: 6\nstages: [track, rollup]\ncommit_interval_s: 0.5\n"),
        ("c.yml", "{partitions: 6, stages: 'track, rollup', commit_interval_s: 0.5}"),
        ("c.toml", 'partitions = 6\nstages = ["track", "rollup"]\ncommit_interval_s = 0.5\n'),
    ],
)
def test_the_environment_beats_the_file(tmp_path: Path, name: str, text: str) -> None:
    """A value comes from the environment, else from the file, else it is the default; empty is not set."""
    settings = load(
        {
            "CRM_PULSE_CONFIG": written(tmp_path, name, text),
            "CRM_PULSE_PARTITIONS": "8",
            "CRM_PULSE_COMMIT_INTERVAL_S": "",
        }
    )

    assert (
        settings.partitions,
        settings.stages,
        settings.commit_interval_s,
        settings.session_timeout_s,
    ) == (8, ("track", "rollup"), 0.5, 6.0)


def test_lists_and_words_are_read_kindly() -> None:
    """A list has commas and any spaces; words of a fixed set may be in either case."""
    settings = load(
        {
            "CRM_PULSE_STAGES": " directory ,track,rollup,judge,overdue,",
            "CRM_PULSE_KAFKA_BOOTSTRAP": "a:1, [::1]:2",
            "CRM_PULSE_LOG_LEVEL": "DEBUG",
        }
    )

    assert (settings.stages, settings.kafka_bootstrap, settings.log_level) == (STAGES, "a:1,[::1]:2", "debug")


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    """Unknown names, unusable values and contradictions are in one error, each with its place."""
    file = written(tmp_path, "c.yaml", "rulez: x\npartitions: 0\nemit_interval_s: 20\n")
    found = faults(
        {
            "CRM_PULSE_CONFIG": file,
            "CRM_PULSE_KAFKA_BOOTSTRAPS": "x:1",
            "CRM_PULSE_FOO": "1",
            "CRM_PULSE_KAFKA_BOOTSTRAP": "localhost",
            "CRM_PULSE_CATALOG": "/no/such.yaml",
            "CRM_PULSE_METRICS_PORT": "http",
        }
    )

    assert {
        "CRM_PULSE_KAFKA_BOOTSTRAPS: no such setting; the nearest is CRM_PULSE_KAFKA_BOOTSTRAP",
        "CRM_PULSE_FOO: no such setting; docs/configuration.md has them all",
        f"rulez in {file}: no such setting; the nearest is rules",
        f"partitions in {file} = 0: expected whole number from 1 to 1024",
        "CRM_PULSE_KAFKA_BOOTSTRAP = 'localhost': 'localhost' is not host:port; "
        "expected host:port, several separated by commas",
        "CRM_PULSE_CATALOG = '/no/such.yaml': no such file; expected path of a readable file",
        "CRM_PULSE_METRICS_PORT = 'http': expected whole number from 0 to 65535",
        "CRM_PULSE_EMIT_INTERVAL_MAX_S = 10: expected at least CRM_PULSE_EMIT_INTERVAL_S = 20",
    } == set(found)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PARTITIONS", "1025"),
        ("COMMIT_INTERVAL_S", "0"),
        ("COMMIT_INTERVAL_S", "nan"),
        ("DEDUP_HORIZON_D", "-1"),
        ("SESSION_TIMEOUT_S", "inf"),
        ("STAGES", "track,compute"),
        ("STAGES", ","),
        ("TOPIC_PREFIX", "my topics/"),
        ("APP_ID", "a b"),
        ("KAFKA_BOOTSTRAP", "a:99999"),
        ("KAFKA_BOOTSTRAP", ","),
        ("KAFKA_SECURITY_PROTOCOL", "TLS"),
        ("KAFKA_SASL_MECHANISM", "GSSAPI"),
        ("LOG_FORMAT", "xml"),
        ("REPLICATION_FACTOR", "0"),
        ("KAFKA_BOOTSTRAP", "kafka://kafka-1:9092"),
    ],
)
def test_an_unusable_value_names_variable_value_and_expectation(variable: str, value: str) -> None:
    """A refused value is said with the variable, the value and what would have been right."""
    (fault,) = faults({f"CRM_PULSE_{variable}": value})

    assert fault.startswith(f"CRM_PULSE_{variable} = {value!r}: ")
    assert "expected " in fault


def test_secrets_of_receivers_are_no_settings() -> None:
    """Receivers name the variables that hold their secrets; any name behind this prefix is theirs."""
    assert load({}) == load({"CRM_PULSE_SECRET_SLACK": "hunter2"})


def test_no_secret_is_shown() -> None:
    """Neither an error nor the settings' own text has a password, nor a Redis URL with one."""
    secrets = {"CRM_PULSE_KAFKA_SASL_PASSWORD": "hunter2", "CRM_PULSE_REDIS_URL": "http://u:hunter2@h"}
    text = "\n".join(faults({**secrets, "CRM_PULSE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}))
    good = load({"CRM_PULSE_REDIS_URL": "redis://u:hunter2@h:6379/0"})

    assert "hunter2" not in text
    assert "CRM_PULSE_REDIS_URL: not a Redis URL" in text
    assert "hunter2" not in f"{good!r} {good} {good.model_dump()}"
    assert good.redis_url is not None
    assert good.redis_url.get_secret_value() == "redis://u:hunter2@h:6379/0"


@pytest.mark.parametrize(
    "url",
    [
        "redis://u:hunter2/@h", "redis://:hunter2@h:99999", "rediss://:hunter2@h?ssl_cert_reqs=maybe",
        "redis://:hunter2@h?ssl_ca_certs=/ca.crt", "redis://:hunter2@h?socket_timeout=soon", "redis://:hunter2@h?retry=3",
        "redis://:hunter2@h/crm", "redis://:hunter2@h?decode_responses=true", "redis://:hunter2@h?encoding=latin-1",
        "redis://:hunter2@h?socket_timeout=1", "redis://:hunter2@h?max_connections=1", "redis://:hunter2@h?credential_provider=x",
        "redis://:hunter2@h?legacy_responses=false",
    ],
)  # fmt: skip
def test_a_redis_url_that_can_not_be_used(url: str) -> None:
    """An address or option that is none, or that answers could not be read with, is told at the start, without the URL."""
    (fault,) = faults({"CRM_PULSE_REDIS_URL": url})

    assert fault.startswith(
        "CRM_PULSE_REDIS_URL: a Redis URL with an address or an option that can't be used (there are "
    )
    assert "hunter2" not in fault


@pytest.mark.parametrize(
    "url",
    ["unix:///run/redis.sock?db=1", "rediss://u:p%40ss@[::1]:6380/2?ssl_ca_certs=/ca.crt", "redis://h?username=u",
     "redis://h/", "redis://h?client_name=crm&protocol=3"],
)  # fmt: skip
def test_redis_urls_that_can_be_used(url: str) -> None:
    """Sockets, TLS, options that there are; nothing is connected, and no file read."""
    settings = load({"CRM_PULSE_REDIS_URL": url})

    assert settings.redis_url is not None
    assert settings.redis_url.get_secret_value() == url


def test_the_files_variable_may_be_in_either_case(tmp_path: Path) -> None:
    """As all others may."""
    path = written(tmp_path, "c.yaml", "app_id: mine\npartitions: 0\n")

    assert faults({"crm_pulse_config": path}) == [
        f"partitions in {path} = 0: expected whole number from 1 to 1024"
    ]
    assert load({"crm_pulse_config": written(tmp_path, "d.yaml", "app_id: mine")}).app_id == "mine"


@pytest.mark.parametrize(
    ("environ", "fault"),
    [
        (
            {"KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "KAFKA_SASL_PASSWORD": "x"},
            "CRM_PULSE_KAFKA_SASL_USERNAME: missing, CRM_PULSE_KAFKA_SECURITY_PROTOCOL=SASL_SSL needs it",
        ),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_SASL_USERNAME": "x"},
            "CRM_PULSE_KAFKA_SASL_PASSWORD or CRM_PULSE_KAFKA_SASL_PASSWORD_FILE: missing, "
            "CRM_PULSE_KAFKA_SECURITY_PROTOCOL=SASL_PLAINTEXT needs it",
        ),
        (
            {"KAFKA_SASL_USERNAME": "x"},
            "CRM_PULSE_KAFKA_SASL_USERNAME: given, but CRM_PULSE_KAFKA_SECURITY_PROTOCOL=PLAINTEXT does not "
            "log in; expected SASL_SSL or SASL_PLAINTEXT there",
        ),
        (
            {"KAFKA_SSL_CAFILE": __file__},
            "CRM_PULSE_KAFKA_SSL_CAFILE: given, but CRM_PULSE_KAFKA_SECURITY_PROTOCOL=PLAINTEXT does not "
            "encrypt; expected SSL or SASL_SSL there",
        ),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CERTFILE": __file__},
            "CRM_PULSE_KAFKA_SSL_CERTFILE and CRM_PULSE_KAFKA_SSL_KEYFILE: one is missing, they go together",
        ),
    ],
)
def test_settings_that_contradict_each_other(environ: dict[str, str], fault: str) -> None:
    """A setting that needs another, or is idle without it, is a fault, not a surprise in production."""
    assert [fault] == faults({f"CRM_PULSE_{key}": value for key, value in environ.items()})


def test_one_password_only(tmp_path: Path) -> None:
    """A password and a file with a password can't both be given."""
    (fault,) = faults(
        {
            "CRM_PULSE_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "CRM_PULSE_KAFKA_SASL_USERNAME": "u",
            "CRM_PULSE_KAFKA_SASL_PASSWORD": "p",
            "CRM_PULSE_KAFKA_SASL_PASSWORD_FILE": written(tmp_path, "p", "p"),
        }
    )

    assert fault.endswith("both are given, expected one")


def test_files_without_certificates(tmp_path: Path) -> None:
    """A file that is no certificate is found at the start, not at the first connection."""
    (fault,) = faults(
        {
            "CRM_PULSE_KAFKA_SECURITY_PROTOCOL": "SSL",
            "CRM_PULSE_KAFKA_SSL_CAFILE": written(tmp_path, "ca.pem", "no certificate"),
        }
    )

    assert fault.startswith("CRM_PULSE_KAFKA_SSL_CAFILE: no PEM certificates")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("c.yaml", "partitions: 4\nstages: [track\n", ":3: not YAML: "),
        ("c.yaml", "- partitions\n", ":1: expected fields (name: value), found a list"),
        ("c.yaml", "partitions: 4\npartitions: 5\n", ":2: partitions: given twice, first in line 1"),
        ("c.yaml", "partitions: " + "9" * 5_000, ":1: partitions: the number is too large"),
        ("c.yaml", "[" * 5_000, "more than 32 levels deep"),
        ("c.yaml", 'app_id: "\\UFFFFFFFF"\n', ":1: not YAML: "),
        ("c.toml", "partitions = \n", "line 1"),
        ("c.toml", "partitions = " + "9" * 5_000, "integer string conversion"),
        ("c.toml", "partitions = " + "[" * 5_000, "recursion"),
        ("c.ini", "partitions = 4\n", "the name ends in '.ini', expected .toml, .yaml or .yml"),
        (None, "", "No such file"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, name: str | None, text: str, why: str) -> None:
    """A file that can't be used is one fault with its path and, where there is one, the line."""
    path = written(tmp_path, name, text) if name else str(tmp_path / "none.yaml")
    (fault,) = faults({"CRM_PULSE_CONFIG": path})

    assert fault.startswith(f"CRM_PULSE_CONFIG: {path}")
    assert why in fault


@pytest.mark.parametrize(
    ("text", "app_id"),
    [
        ("", "crm-pulse"),
        ("# nothing yet\n\n", "crm-pulse"),
        ("\ufeffapp_id: a\n", "a"),
        ("app_id: 2026-02-30\n", "2026-02-30"),
    ],
)
def test_a_file_says_what_is_written_in_it(tmp_path: Path, text: str, app_id: str) -> None:
    """Nothing leaves all at the default; a byte order mark is no part of a name, and what looks like a day is a text."""
    assert load({"CRM_PULSE_CONFIG": written(tmp_path, "c.yaml", text)}).app_id == app_id


def test_a_password_given_twice_is_not_shown(tmp_path: Path) -> None:
    """What can't be read as a whole is told without what stands in it."""
    text = "kafka_sasl_password: hunter2\nkafka_sasl_password: hunter3\n"
    (fault,) = faults({"CRM_PULSE_CONFIG": written(tmp_path, "c.yaml", text)})

    assert "kafka_sasl_password: given twice" in fault
    assert "hunter" not in fault


def test_a_path_that_no_file_can_have(tmp_path: Path) -> None:
    """The system refuses even to look for it."""
    (fault,) = faults({"CRM_PULSE_CATALOG": "x" * 5_000})

    assert fault.endswith("no such file; expected path of a readable file")
