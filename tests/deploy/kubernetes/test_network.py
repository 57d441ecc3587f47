"""Who may ask whom: nothing goes through but what a process needs."""

from urllib.parse import urlsplit

from tests.deploy.files import read
from tests.deploy.kubernetes.manifests import EVERY_PROCESS, EXAMPLE, JOB, one_of, settings_file, workload
from tests.deploy.kustomize import containers


def test_nothing_goes_in_or_out_by_default() -> None:
    """Every pod is under the policy that lets nothing through; every other policy is for pods that exist."""
    (deny,) = (one for one in EXAMPLE if one["metadata"]["name"] == "crm-pulse-default-deny")
    pods = [one["spec"]["template"]["metadata"]["labels"] for one in [*EXAMPLE, JOB] if containers(one)]

    assert deny["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & set(deny["spec"])
    for policy in (one for one in EXAMPLE if one["kind"] == "NetworkPolicy"):
        wanted = policy["spec"]["podSelector"]["matchLabels"].items()
        assert any(wanted <= labels.items() for labels in pods), policy["metadata"]["name"]
    assert all(deny["spec"]["podSelector"]["matchLabels"].items() <= labels.items() for labels in pods)


def allowed(process: str, way: str) -> set[int | str]:
    """Return the ports that policies let a process's pods be asked on, or ask."""
    labels = workload(process)["spec"]["template"]["metadata"]["labels"]
    ports: set[int | str] = set()
    for policy in (one["spec"] for one in EXAMPLE if one["kind"] == "NetworkPolicy"):
        selector = policy["podSelector"]
        chosen = all(labels[one["key"]] in one["values"] for one in selector.get("matchExpressions", ()))
        if chosen and selector["matchLabels"].items() <= labels.items():
            ports |= {port["port"] for rule in policy.get(way, ()) for port in rule["ports"]}
    return ports


def leads_to(process: str, host: str, port: int) -> bool:
    """Say whether policies let a process's pods ask a Service, `name.namespace.svc`, on a port."""
    labels = workload(process)["spec"]["template"]["metadata"]["labels"]
    namespace = {"kubernetes.io/metadata.name": host.split(".")[1]}
    return any(
        port in [one["port"] for one in rule["ports"]]
        and any(to.get("namespaceSelector", {}).get("matchLabels") == namespace for to in rule.get("to", ()))
        for policy in EXAMPLE
        if policy["kind"] == "NetworkPolicy"
        and policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
        for rule in policy["spec"].get("egress", ())
    )


def test_notify_reaches_the_alertmanager_of_its_file() -> None:
    """Its port is Kafka's, and the way to Kafka is the brokers' alone: it needs a way of its own."""
    receivers = read("deploy/kubernetes/overlays/example/config/notify.yaml")["receivers"]
    for url in receivers["operations"]["urls"]:
        address = urlsplit(url)
        assert address.hostname is not None
        assert address.port is not None
        assert leads_to("notify", address.hostname, address.port), url
        assert not leads_to("worker", address.hostname, address.port), url


def test_each_process_reaches_what_it_needs() -> None:
    """Names and Kafka all, Redis those that have to do with it, the world only who tells people."""
    kafka = int(settings_file(EXAMPLE)["kafka_bootstrap"].rpartition(":")[2])

    assert allowed("worker", "egress") == allowed("predict", "egress") == {53, kafka}
    assert allowed("sink", "egress") == allowed("serve", "egress") == {53, kafka, 6379}
    assert allowed("notify", "egress") == {53, kafka, 443, 465, 587}
    for process in EVERY_PROCESS:
        (port,) = containers(workload(process))[0]["ports"]
        assert port["name"] in allowed(process, "ingress")


def test_the_example_says_where_to() -> None:
    """In an installation no process reaches a Kafka or a Redis but its own."""
    for name in ("-kafka", "-redis"):
        for rule in one_of("NetworkPolicy", name)["spec"]["egress"]:
            assert rule["to"]


def test_the_ingress_leads_to_serve() -> None:
    """By TLS, to a port that the Service has."""
    ingress = one_of("Ingress", "")["spec"]
    (rule,) = ingress["rules"]
    (path,) = rule["http"]["paths"]
    service = one_of("Service", "-serve")

    assert ingress["tls"][0]["hosts"] == [rule["host"]]
    assert path["backend"]["service"]["name"] == service["metadata"]["name"]
    assert path["backend"]["service"]["port"]["name"] in [port["name"] for port in service["spec"]["ports"]]


def test_jobs_are_called_as_where_there_is_no_kubernetes() -> None:
    """The ServiceMonitor finds the Services, whose names are the jobs of prometheus.yml."""
    monitor = one_of("ServiceMonitor", "")
    services = [one for one in EXAMPLE if one["kind"] == "Service"]
    jobs = [one["job_name"] for one in read("deploy/prometheus/prometheus.yml")["scrape_configs"]]

    for service in services:
        assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert {one["metadata"]["name"] for one in services} == {
        job for job in jobs if job.startswith("crm-pulse")
    }
    assert {one["port"] for one in monitor["spec"]["endpoints"]} == {
        port["name"] for one in services for port in one["spec"]["ports"]
    }
