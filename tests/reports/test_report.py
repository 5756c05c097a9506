from __future__ import annotations

import pytest
import yaml

from tests.reports.form import load, parsed
from tests.reports.report import ReportError
from tests.reports.samples import BASE, HERE, sample


def wrong(change):
    with pytest.raises(ReportError) as caught:
        sample(change)
    return str(caught.value)


def test_a_report_is_read_with_its_defaults():
    report = sample()
    assert (report.namespace, report.negative) == ("production", False)
    assert report.workloads[0].rolled_out_s == 900
    assert report.workloads[0].containers[0].status.ran_s == 4


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.update(notes="x"), "sample.yaml: notes is no key here; the keys are id, "),
        (lambda d: d.pop("source"), "sample.yaml: source is missing"),
        (lambda d: d.update(workloads={}), "sample.yaml: workloads must be a list, not a table"),
        (lambda d: d["truth"].pop("cause"), "sample.yaml: truth.cause is missing (null says: nobody can tell)"),
        (lambda d: d["truth"].update(must_cite=[3]), "sample.yaml: truth.must_cite[0] must be text, not 3"),
        (
            lambda d: d["truth"].update(target="deployment/web"),
            "truth.target deployment/web is not among the workloads",
        ),
        (lambda d: d["truth"].update(container="web"), "truth.container web is no container of the workloads"),
        (lambda d: d["workloads"][0].update(kind="Depl"), "workloads[0].kind must be one of Deployment, "),
        (lambda d: d["workloads"][0].update(pods="two"), "workloads[0].pods must be a number, not 'two'"),
        (lambda d: d["workloads"][0].update(pods=True), "workloads[0].pods must be a number, not true"),
        (
            lambda d: d["workloads"][0]["containers"][0]["status"].update(exitt=1),
            "workloads[0].containers[0].status.exitt is no key here; the keys are exit, ",
        ),
        (lambda d: d["workloads"][0]["containers"][0].pop("image"), "workloads[0].containers[0].image is missing"),
        (
            lambda d: d["workloads"][0]["containers"][0]["status"].update(now="gone"),
            "status.now must be one of waiting, running, terminated, not gone",
        ),
        (lambda d: d["workloads"][0]["old_revisions"][0].pop("age_s"), "old_revisions[0].age_s is missing"),
        (lambda d: d.update(events=[{"of": "api", "reason": "x"}]), "events[0].of must be pod or Kind/name, not api"),
        (lambda d: d["objects"].append({"kind": "Service"}), "objects[2] must have a kind and metadata.name"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_file_and_key(change, sentence):
    assert sentence in wrong(change)
    assert "\n" not in wrong(change)


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_a_file_that_is_no_table_is_named(data):
    with pytest.raises(ReportError, match=r"sample\.yaml: the file must be a table"):
        parsed(data, HERE)


def test_a_file_that_is_no_yaml_is_named(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("id: [")
    with pytest.raises(ReportError, match=r"broken\.yaml is no YAML"):
        load(path)
    with pytest.raises(ReportError, match=r"absent\.yaml cannot be read"):
        load(tmp_path / "absent.yaml")


def test_reading_a_file_and_its_data_is_the_same(tmp_path):
    path = tmp_path / "good.yaml"
    path.write_text(BASE)
    assert load(path) == parsed(yaml.safe_load(BASE), path)
