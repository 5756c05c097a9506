"""Which service a refusal without a host may mean: those that the pod's own variables speak of and that do not answer.

Only names are read, of variables and of Services: ``DATABASE_URL`` speaks of databases, ``ORDERS_URL`` of ``orders``.
Values are not in the snapshot. What is found is a likely answer, never a proven one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import named as claims
from diagnostics.claims.groups import WAITING
from diagnostics.claims.reach import Problem, host
from diagnostics.claims.selection import leading
from diagnostics.diagnosis import Evidence
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.claims.reach import Reach
    from diagnostics.snapshot import Object

_DATABASES: Final = frozenset({5432, 6432, 3306, 1433, 1521, 26257, 27017})
KINDS: Final = (
    (frozenset({"pg", "pghost", "postgres", "postgresql", "psql", "pgbouncer"}), frozenset({5432, 6432})),
    (frozenset({"mysql", "mariadb"}), frozenset({3306})),
    (frozenset({"mssql", "sqlserver"}), frozenset({1433})),
    (frozenset({"mongo", "mongodb"}), frozenset({27017})),
    (frozenset({"redis", "valkey", "cache", "celery", "sidekiq"}), frozenset({6379, 26379})),
    (frozenset({"amqp", "rabbit", "rabbitmq"}), frozenset({5671, 5672})),
    (frozenset({"kafka", "brokers", "bootstrap"}), frozenset({9092, 9093, 9094})),
    (frozenset({"nats", "stan"}), frozenset({4222})),
    (frozenset({"elastic", "elasticsearch", "opensearch", "es"}), frozenset({9200})),
    (frozenset({"memcached", "memcache"}), frozenset({11211})),
    (frozenset({"cassandra", "scylla"}), frozenset({9042})),
    (frozenset({"clickhouse"}), frozenset({8123, 9000})),
    (frozenset({"vault"}), frozenset({8200})),
    (frozenset({"consul"}), frozenset({8500})),
    (frozenset({"database", "db", "dbhost", "dsn", "sql", "jdbc", "datasource", "ecto"}), _DATABASES),
)
"""Words of names, and the usual ports of what they speak of (IANA, and the programs' defaults)."""

_PLAIN: Final = frozenset(
    {"url", "uri", "host", "hosts", "hostname", "addr", "address", "endpoint", "server", "servers", "service", "port"}
    | {"base", "api", "http", "https", "grpc", "svc", "dsn", "app", "primary", "main", "connection", "string", "read"}
)
_ADDRESSES: Final = frozenset(
    {"url", "uri", "host", "hosts", "hostname", "addr", "address", "endpoint", "server", "servers", "dsn", "brokers"}
)
_DOWN: Final = frozenset({Problem.SELECTOR, Problem.SCALED_TO_ZERO, Problem.NOT_READY, Problem.POLICY})
_WORDS: Final = compiled(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Service that may be meant, why it does not answer, and the variable that speaks of it."""

    reach: Reach
    because: Evidence


def nameless(case: Case) -> Claim | None:
    """Return the leading hit when it tells of a service that did not answer, and nothing near it names the host."""
    hit = leading(case)
    if hit is None or hit.type not in WAITING:
        return None
    near = (other for other in case.claims if other.type in WAITING and abs(other.line - hit.line) <= 20)
    return None if any(claims.address(other.names) is not None for other in (hit, *near)) else hit


def best(case: Case) -> Candidate | None:
    """Return the Service that cannot answer and fits best, or None when there is none or no single best one."""
    hit = nameless(case)
    if hit is None or case.suspect is None:
        return None
    said = _words(" ".join(case.transcript.lines[max(0, hit.line - 3) : hit.line + 4])[:4000])
    scored = []
    for service in case.snapshot.all("Service", case.namespace):
        score, variable, port = _fit(case, service, said)
        if score:
            scored.append((score, fields.name(service), variable, port))
    found = [
        (score, Candidate(reach, because))
        for score, name, because, port in sorted(scored, key=lambda item: (-item[0], item[1]))[:8]
        if (reach := host(case, name, port)).problem in _DOWN
    ]
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1]


def _fit(case: Case, service: Object, said: frozenset[str]) -> tuple[int, Evidence, int | None]:
    """Return how well a Service fits the pod's variables and the log's words (0: not at all), with the variable."""
    name = _words(fields.name(service))
    ports = [fields.whole(entry, "port") for entry in fields.items(service, "spec", "ports")]
    own = _words(case.workload.name) if case.workload is not None else frozenset()
    told = [kind for kind in KINDS if kind[0] & said]
    top, because, at = 0, Evidence(source="pod", path="", quote=""), next(iter(ports), None)
    for variable, path in _variables(case):
        words = _words(variable.replace("_", " "))
        score = 0
        for kind_words, kind_ports in KINDS:
            if kind_words & words and (not told or any(kind_ports & ports_told for _, ports_told in told)):
                score = max(score, 3 * bool(kind_ports & set(ports)) + 2 * bool(kind_words & name))
        stem = words - _PLAIN
        meant = not told or any(told_ports & set(ports) for _, told_ports in told)
        if meant and stem and words & _ADDRESSES and stem <= name:
            score += 4
        if score and score + bool(own & name) > top:
            top, because = score + bool(own & name), Evidence(source="pod", path=path, quote=f"name={variable}")
    return top, because, at


def _variables(case: Case) -> list[tuple[str, str]]:
    """Return the names of the suspect's variables with their place; those of a ConfigMap with its key's."""
    suspect = case.suspect
    if suspect is None:
        return []
    found = [
        (fields.text(entry, "name"), f"{suspect.spec_path}.env[{fields.text(entry, 'name')}]")
        for entry in fields.items(suspect.spec, "env")
    ]
    for source in fields.items(suspect.spec, "envFrom"):
        ref = fields.text(source, "configMapRef", "name")
        held = case.snapshot.one("ConfigMap", case.namespace, ref) if ref else None
        found += [(key, f"ConfigMap {case.namespace}/{ref} data") for key in fields.table(held, "data")]
    return [(name, path) for name, path in found if name]


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORDS.findall(text))
