"""The remedy points at the place where the thing lives, for kinds of trouble that public reports got wrong."""

from __future__ import annotations

import json
import shlex

import pytest

from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, c, crash
from tests.kinds.world import asked, dies


def told(log, cause, *, code=1, kind="Deployment", pod=None, reason="Error", volumes=(), **spec):
    world = World()
    world.workload(
        "app",
        c("app", **spec),
        kind=kind,
        statuses={"app": crash(code, log, reason=reason)},
        spec={"volumes": list(volumes), **(pod or {})},
    )
    found = diagnose(world.snapshot(Truth(f"{kind.lower()}/app", "", "app")))
    assert found.cause == cause
    return found


def test_a_kind_of_a_group_is_no_webhook():
    found = told(
        'failed to get restmapping: no matches for kind "Widget" in group "acme.example"\n', "cluster-prerequisite"
    )
    assert "kind Widget of group acme.example" in found.summary
    assert "CustomResourceDefinition of Widget" in found.remedy.text
    assert found.remedy.commands == ("kubectl api-resources --api-group=acme.example",)


def test_a_federated_identity_is_trusted_by_its_role():
    found = told("AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\n", "dependency-auth-failed")
    assert "system:serviceaccount:production:default" in found.remedy.text
    assert "Grant" not in found.remedy.text


@pytest.mark.parametrize(("how", "with_tls"), [("no encryption", True), ("SSL off", True), ("SSL encryption", False)])
def test_who_is_turned_away_without_tls_is_to_come_with_it(how, with_tls):
    line = f'FATAL: no pg_hba.conf entry for host "10.0.2.9", user "shop", database "shop", {how}\n'
    found = told(line, "dependency-auth-failed")
    assert ("sslmode=require" in found.remedy.text) is with_tls
    assert "refused at 10.0.2.9" not in found.summary  # that is the client's own address


def test_where_a_trouble_that_stays_began_is_quoted_too():
    began = "mkdir: cannot create directory '../work/log': Permission denied"
    rest = "starting\n" * 30 + "java.io.FileNotFoundException: /data/app.pid (Permission denied)\n"
    quotes = [item.quote for item in told(f"{began}\n{rest}", "permission-denied").evidence]
    assert began in quotes


def test_where_a_trouble_that_may_pass_began_is_not():
    began = "dial tcp 10.9.0.7:5432: connect: connection refused"
    rest = "order is booked\n" * 30 + "FATAL dial tcp 10.9.0.8:6379: connect: connection refused\n"
    quotes = [item.quote for item in told(f"{began}\n{rest}", "dependency-unavailable").evidence]
    assert began not in quotes


REWRITTEN = [
    "ERROR: Validate failed: Migrations have failed validation\nMigration checksum mismatch for migration version 5\n",
    "Error: migration 20240102 was previously applied but has been modified\n",
]


@pytest.mark.parametrize("log", REWRITTEN)
def test_migrations_that_were_rewritten_are_the_images_and_an_older_image_has_them_as_they_were(log):
    world = dies(log, image="registry.example/app:2.0", before={"image": "registry.example/app:1.9"})
    found = asked(world)
    assert found.cause == "stale-state"
    assert "Run the image whose migrations were applied" in found.remedy.text
    assert found.advice("undo").helps is True


def test_a_migration_that_stopped_half_way_is_not_undone_by_an_older_image():
    log = "error: Dirty database version 17. Fix and force version.\n"
    found = asked(dies(log, image="registry.example/app:2.0", before={"image": "registry.example/app:1.9"}))
    assert found.cause == "stale-state"
    assert found.advice("undo").helps is not True


def test_all_refused_rights_go_into_one_role():
    line = (
        'failed to list {0}: {0}.acme.example is forbidden: User "system:serviceaccount:production:op" cannot list'
        ' resource "{0}" in API group "acme.example" at the cluster scope\n'
    )
    found = told(line.format("pets") + line.format("toys"), "dependency-auth-failed")
    assert "pets" in found.summary
    assert "toys" in found.summary
    create = next(command for command in found.remedy.commands if " clusterrole " in command)
    assert {"pets.acme.example", "toys.acme.example"} == set(create.rpartition("--resource=")[2].split(","))


def test_a_low_port_wants_the_right_to_it_and_not_another_port():
    found = told(
        "[emerg] 28#28: bind() to 0.0.0.0:80 failed (13: Permission denied)\n",
        "port-conflict",
        securityContext={"runAsUser": 33, "allowPrivilegeEscalation": False},
    )
    assert "allowPrivilegeEscalation true, if the program's file has the capability NET_BIND_SERVICE" in (
        found.remedy.text
    )
    patch = json.loads(shlex.split(found.remedy.commands[0])[-1])
    sysctls = patch["spec"]["template"]["spec"]["securityContext"]["sysctls"]
    assert sysctls == [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]


def test_a_port_of_the_nodes_network_is_looked_for_among_its_pods():
    found = told("listen tcp 0.0.0.0:9100: bind: address already in use\n", "port-conflict", pod={"hostNetwork": True})
    assert "--field-selector spec.nodeName=" in found.remedy.commands[0]


@pytest.mark.parametrize(("heap", "named"), [("-Xmx1024m", True), ("-Xmx256m", False)])
def test_a_heap_that_fills_the_limit_is_what_must_fit(heap, named):
    found = told("working\n", "oom-killed", code=137, reason="OOMKilled", limit="768Mi", env={"KAFKA_HEAP_OPTS": heap})
    assert ("its heap may grow to 1Gi" in found.summary) is named
    assert ("KAFKA_HEAP_OPTS" in found.remedy.text) is named


def test_the_pods_network_starts_anew_with_the_pod():
    found = told("iptables: Chain already exists.\n", "stale-state")
    assert found.advice("restart").helps
    assert not any("scale" in command for command in found.remedy.commands)


def test_an_address_of_its_own_is_the_pods_ip():
    found = told("==> No private IPv4 address found\n", "bad-config", env={"APP_MODE": "x"})
    assert "status.podIP" in found.remedy.text
    assert "arguments and image must fit" not in found.remedy.text


def test_a_resolver_that_asks_itself_leads_to_its_nodes_resolv_conf():
    volumes = [{"name": "conf", "configMap": {"name": "app-conf"}}]
    found = told(
        'plugin/loop: Loop (127.0.0.1:34614 -> :53) detected for zone ".", see https://docs.acme.example/loop#fix.'
        ' Query: "HINFO 607.559."\n',
        "bad-config",
        volumes=volumes,
        mounts={"/conf": "conf"},
    )
    assert "Loop (127.0.0.1" in found.summary
    assert "ConfigMap app-conf" in found.remedy.text
    assert "https://docs.acme.example/loop#fix" in found.remedy.text
    assert "cat /host/etc/resolv.conf" in found.remedy.commands[0]
    assert found.remedy.commands[1] == "kubectl -n production edit configmap app-conf"


def test_what_names_no_setting_leads_to_what_the_program_reads():
    volumes = [{"name": "conf", "configMap": {"name": "app-conf"}}]
    found = told("FATAL: invalid configuration\n", "bad-config", volumes=volumes, mounts={"/conf": "conf"})
    assert found.remedy.commands[0] == "kubectl -n production get configmap app-conf -o yaml"


def test_a_program_that_the_image_lacks_is_named():
    found = told("[FATAL tini (8)] exec app-controller failed: No such file or directory\n", "bad-entrypoint", code=127)
    assert "an image that has app-controller" in found.remedy.text
