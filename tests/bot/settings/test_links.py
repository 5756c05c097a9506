"""Templates of links: what is refused at the start, in which words, and that a value stays in its place."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import SettingsError, load_links
from bot.settings.link_templates import LINK_CHARS, PLACEHOLDERS, Template


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LOGS_URL", "https://l/{podd}", "LOGS_URL names the placeholder {podd}, which there is not; did you mean"),
        ("DASHBOARD_URL", "https://d/{hue}", "DASHBOARD_URL names the placeholder {hue}, which there is not; there"),
        ("ARGOCD_URL", "ftp://argo/{application}", "ARGOCD_URL must be an http(s) address"),
        ("FLUX_URL", "javascript:alert(1)", "FLUX_URL must be an http(s) address"),
        ("LOGS_URL", "logs.example.com/{pod}", "LOGS_URL must be an http(s) address"),
        ("LOGS_URL", "https://logs:{pod}/x", "LOGS_URL must be an http(s) address"),
        ("LOGS_URL", "https://me:secret@logs/{pod}", "LOGS_URL must hold no user name and no password"),
        ("LOGS_URL", "https://logs/?q={a", "LOGS_URL has a brace that belongs to no placeholder: write %7B"),
        ("LOGS_URL", "https://logs/?q=a b", "LOGS_URL has a space or a sign that no address holds"),
        ("LOGS_URL", "https://logs/?q=<a>", "LOGS_URL has a space or a sign that no address holds"),
        ("LOGS_URL", "https://logs/" + "x" * 1000, "LOGS_URL must be an address of at most 1000 characters"),
        ("MORE_LINKS", "Traces", "MORE_LINKS must be name=address pairs separated by spaces"),
        ("MORE_LINKS", "Traces=https://t/{nod}", "MORE_LINKS names the placeholder {nod}"),
        ("MORE_LINKS", "a<b=https://t/", "MORE_LINKS names a link 'a<b'"),
        ("MORE_LINKS", " ".join(f"l{n}=https://t/" for n in range(5)), "MORE_LINKS must hold at most 4 links"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_used_is_refused_in_one_sentence(monkeypatch, name, value, sentence):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_links(None)
    assert str(refused.value).startswith(sentence)
    assert refused.value.name == name
    assert "secret" not in str(refused.value)


def test_links_are_read_from_the_environment(monkeypatch):
    monkeypatch.setenv("MORE_LINKS", "Traces=https://t/?q={workload}  Our_costs=https://c/{namespace}?a=b")
    monkeypatch.setenv("LOGS_URL", "https://logs/{pod}")
    given_ = load_links(None)
    assert given_.logs_url == "https://logs/{pod}"
    assert given_.more_links == {"Traces": "https://t/?q={workload}", "Our costs": "https://c/{namespace}?a=b"}


NAMES = ("LOGS_URL=", "DASHBOARD_URL=", "ARGOCD_URL=", "FLUX_URL=")
ALL = dict.fromkeys(PLACEHOLDERS, "x")


@pytest.mark.parametrize(
    ("template", "values", "made"),
    [
        ("https://h/{pod}?a={pod}#{pod}", {"pod": "a/b"}, "https://h/a%2Fb?a=a%2Fb#a%2Fb"),
        ("https://h/?c={cluster}", {"cluster": "arn:aws:eks:eu-1:1:cluster/x"}, "https://h/?c=arn%3Aaws%3Aeks%3Aeu-1%3A1%3Acluster%2Fx"),
        ("https://{cluster}.h/", {"cluster": "prod"}, "https://prod.h/"),
        ("https://{cluster}.h/", {"cluster": "evil.example/"}, ""),
        ("https://{cluster}.h/", {"cluster": "prod.eu"}, ""),
        ("https://h/{pod}/x", {"pod": ".."}, ""),
        ("https://h/{pod}", {"pod": ""}, ""),
        ("https://h/?q=%22{pod}%22", {"pod": 'a" or "b'}, ""),
        ("https://h/#/?_a=(q:'{pod}')", {"pod": "a'b"}, ""),
        ("https://h/?q={pod}", {"pod": "{namespace}"}, ""),
        ("https://h/?q={pod}", {"pod": "a\nb"}, ""),
        ("https://h/?q={cluster}", {"cluster": "x" * LINK_CHARS}, ""),
    ],
)  # fmt: skip
def test_a_value_stays_in_its_place_or_there_is_no_link(template, values, made):
    assert Template.of(template).filled(ALL | values) == made


@pytest.mark.threat("Outcomes", "a name of the cluster leads a link to another host, path or query")
@given(value=st.text(max_size=80))
def test_no_value_leads_a_link_astray(value):
    template = Template.of("https://logs.example.com/a/{pod}/b?q={pod}&to=1#{pod}")
    made = template.filled(ALL | {"pod": value})
    if made:
        parts = urlsplit(made)
        assert (parts.scheme, parts.netloc) == ("https", "logs.example.com")
        assert parts.path.split("/")[1::2] == ["a", "b"]
        assert parse_qs(parts.query, keep_blank_values=True) == {"q": [value], "to": ["1"]}
        assert unquote(parts.fragment) == value
        assert not set(made) & set("<>|\"'` \n")


@given(text=st.text(max_size=60))
def test_any_text_is_a_template_or_is_refused(text):
    try:
        made = Template.of(f"https://h/{text}").filled(ALL)
    except ValueError:
        return
    assert made.startswith("https://h/")
    assert made.isascii()


def test_the_examples_of_the_readme_are_templates():
    text = (Path(__file__).parents[3] / "README.md").read_text()
    given_ = [line.partition("=")[::2] for line in text.splitlines() if line.startswith(tuple(NAMES))]
    assert {name for name, _ in given_} == {"LOGS_URL", "DASHBOARD_URL", "ARGOCD_URL"}
    for _, address in given_:
        made = Template.of(address).filled(ALL)
        assert made.startswith("https://")
        assert "{" not in made
