"""The file that lists several clusters: what each takes over, what it has of its own, and what is refused in a word."""

import pytest

from bot.settings import SettingsError, clusters_of
from tests.support.service import Given

BASE = {
    "slack_bot_token": "xoxb-1234567890-abcdef", "slack_app_token": "xapp-1-abcdefghij", "alert_channel": "C0ALERTS",
    "channel_routes": {"web": "C0WEB"}, "protected_namespaces": ("payments",),
}  # fmt: skip


def read(folder, text, **more):
    path = folder / "clusters.yaml"
    path.write_text(text)
    return clusters_of(Given(**BASE, clusters_file=path, **more))


def test_without_a_file_there_is_one_cluster_and_it_has_no_name():
    settings = Given(**BASE)
    (entry,) = clusters_of(settings)
    assert (entry.name, entry.settings, entry.default, entry.in_cluster) == ("", settings, True, False)


def test_what_is_left_out_is_as_the_environment_says_and_a_table_is_replaced_whole(tmp_path):
    kubeconfig = tmp_path / "us"
    kubeconfig.write_text("")
    eu, us, tools = read(
        tmp_path,
        f"""
- name: prod-eu
  context: eu
  alert_names: [eu-west-1]
  channel_routes: {{shop: C0SHOP}}
  allowed_namespaces: shop, web
- name: prod-us
  kubeconfig: {kubeconfig}
  protected_namespaces: []
  actions_enabled: false
- {{name: tools, in_cluster: true, default: true, alert_channel: "#tools"}}
""",
        kubeconfig=str(kubeconfig),
        kube_context="other",
    )
    assert (eu.name, eu.settings.cluster_name, eu.settings.kube_context) == ("prod-eu", ("prod-eu", "eu-west-1"), "eu")
    assert eu.settings.kubeconfig == str(kubeconfig)
    assert (eu.settings.channel_for("shop"), eu.settings.channel_for("web")) == ("C0SHOP", "C0ALERTS")
    assert (eu.settings.allowed_namespaces, eu.settings.protected_namespaces) == (("shop", "web"), ("payments",))
    # A kubeconfig of its own has its own current context.
    assert (us.settings.kubeconfig, us.settings.kube_context) == (str(kubeconfig), None)
    assert (us.settings.protected_namespaces, us.settings.actions_enabled) == ((), False)
    assert us.settings.channel_for("web") == "C0WEB"
    assert (tools.in_cluster, tools.default, tools.settings.kubeconfig) == (True, True, None)
    assert tools.settings.channel_for("x") == "#tools"
    assert (eu.default, us.default) == (False, False)


def test_files_are_named_relative_to_the_folder_of_the_list(tmp_path):
    for name in ("us.kubeconfig", "people.yaml"):
        (tmp_path / name).write_text("")
    (entry,) = read(tmp_path, "[{name: us, kubeconfig: us.kubeconfig, people_file: people.yaml}]")
    assert entry.settings.kubeconfig == str(tmp_path / "us.kubeconfig")
    assert entry.settings.people_file == tmp_path / "people.yaml"
    assert entry.default, "what names no cluster is about the only one"


REFUSED = [
    ("a: [", "is not valid YAML"),
    ("name: x", "must be a list of 1 to 50 clusters"),
    ("[]", "must be a list of 1 to 50 clusters"),
    ("[1]", "cluster 1 must have a name, and keys"),
    ("[{1: x}]", "cluster 1 must have a name, and keys"),
    ("[{context: eu}]", "cluster 1: name is missing"),
    ("[{name: [a]}]", "cluster 1: name is not of its form"),
    ("[{name: Prod}]", "cluster 1: its name must have small letters"),
    ("[{name: a/b}]", "cluster 1: its name must have small letters"),
    ("[{name: report}]", "cluster report: a cluster cannot be called that"),
    ("[{name: a, http_port: 1}]", "cluster a: http_port is one for all clusters"),
    ("[{name: a, chanel: x}]", "cluster a: chanel is no key here"),
    ("[{name: a, in_cluster: true, context: x}]", "cluster a: in_cluster goes without context and kubeconfig"),
    ("[{name: a, in_cluster: perhaps}]", "cluster 1: in_cluster is not of its form"),
    ("[{name: a, kubeconfig: /no/such}]", "cluster a: KUBECONFIG names a file that does not exist: /no/such"),
    ("[{name: a, allowed_namespaces: [A_b]}]", "cluster a: ALLOWED_NAMESPACES must hold names of namespaces"),
    ("[{name: a, namespace_actions: {web: destroy}}]", "cluster a: NAMESPACE_ACTIONS allows 'destroy'"),
    ("[{name: a, read_guard: enforce}]", "cluster a: READ_GUARD is set, but neither PEOPLE_FILE nor"),
    ("[{name: a, context: x}, {name: a, context: y}]", "clusters 1 (a) and 2 (a) are called a"),
    ("[{name: a, context: x, alert_names: [B]}, {name: b, context: y}]", "clusters 1 (a) and 2 (b) are called b"),
    ("[{name: a, context: x}, {name: b, context: x}]", "clusters 1 (a) and 2 (b) are reached in the same way"),
    (
        "[{name: a, context: x, prometheus_url: 'http://p'}, {name: b, context: y, prometheus_url: 'http://p'}]",
        "clusters 1 (a) and 2 (b) measure by the same series: give each its prometheus_matchers",
    ),
    ("[{name: a}, {name: b}]", "clusters 1 (a) and 2 (b) are reached in the same way"),
    (
        "[{name: a, context: x, default: true}, {name: b, context: y, default: true}]",
        "clusters 1 (a) and 2 (b) are the default",
    ),
]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[text for text, _ in REFUSED])
def test_what_is_wrong_is_one_sentence_that_names_file_cluster_and_key(tmp_path, text, said):
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, text)
    assert str(refused.value).startswith(f"CLUSTERS_FILE: {tmp_path / 'clusters.yaml'}: {said}")
    assert refused.value.name == "CLUSTERS_FILE"


def test_a_file_that_is_no_text_and_a_name_for_the_only_cluster_are_refused(tmp_path):
    path = tmp_path / "clusters.yaml"
    path.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"cannot be read \(UnicodeDecodeError\)"):
        clusters_of(Given(**BASE, clusters_file=path))
    with pytest.raises(SettingsError, match="CLUSTER_NAME is set as well as CLUSTERS_FILE"):
        read(tmp_path, "[{name: a}]", cluster_name=("b",))
