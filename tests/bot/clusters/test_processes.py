"""The program's own commands over two clusters, from the environment and one file alone."""

import asyncio
import json

import yaml

from bot.demo.cluster import ClusterStandIn, single
from bot.demo.cluster.faults import Fault
from bot.demo.slack.server import SlackStandIn
from tests.support.clusters import EU, US
from tests.support.commands import broken, doctor, ports, process, serving
from tests.support.hook import SECRET

SCENARIO = "oom-python"


async def test_doctor_names_the_cluster_that_is_wrong_and_serve_answers_from_the_other(tmp_path):
    async with ClusterStandIn(single(SCENARIO)) as eu, ClusterStandIn(single(SCENARIO)) as us, SlackStandIn() as slack:
        for name, api in ((EU, eu), (US, us)):
            (tmp_path / f"{name}.yaml").write_text(api.kubeconfig_text())
        entries = [{"name": name, "kubeconfig": f"{name}.yaml"} for name in (EU, US)]
        (tmp_path / "clusters.yaml").write_text(yaml.safe_dump(entries))
        environment = {
            "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url,
            "CLUSTERS_FILE": str(tmp_path / "clusters.yaml"), "ALERT_CHANNEL": "C0ALERTS", "HTTP_HOST": "127.0.0.1",
            **ports(),
        }  # fmt: skip
        us.cluster.faults.add(Fault("reset"))
        code, out = await doctor(tmp_path, environment, "-o", "json")
        assert code == 1
        assert [check for check, _said in broken(out) if check != "clock"] == [f"{US}: cluster"]
        assert f"{EU}: rights to read" in {check["check"] for check in json.loads(out)["checks"]}
        hook = {
            "OUTGOING_WEBHOOK_URL": "http://127.0.0.1:9/",
            "OUTGOING_WEBHOOK_SECRET": SECRET,
            "ALERT_CHANEL": "C0ALERTS",
        }
        code, out = await doctor(tmp_path, environment | hook, "-o", "json")
        checks = [check for check, _said in broken(out) if check != "clock"]
        assert sorted(checks) == sorted(["setting names", f"{US}: cluster", "outgoing webhook"])
        async with serving(tmp_path, environment) as events:
            async with asyncio.timeout(60):
                while not slack.delivery.connected:  # noqa: ASYNC110 — looks from outside
                    await asyncio.sleep(0.05)
            await slack.acts.command("U0ANNA", "C0GENERAL", f"{EU}/production/deployment/api-deployment")
            async with asyncio.timeout(60):
                while not slack.workspace.history("C0GENERAL"):  # noqa: ASYNC110 — looks from outside
                    await asyncio.sleep(0.05)
            line = slack.workspace.history("C0GENERAL")[0].message["text"]
            assert "Out of memory" in line
            assert "cluster prod-eu" in line
        wrong = [event["check"] for event in events if event["event"] == "doctor.broken" and event["check"] != "clock"]
        assert wrong == [f"{US}: cluster"]
        (tmp_path / "clusters.yaml").write_text("- {name: a, contxt: b}\n")
        service = await process(tmp_path, environment, "serve")
        _out, said = await service.communicate()
        assert service.returncode == 2
        assert f"CLUSTERS_FILE: {tmp_path / 'clusters.yaml'}: cluster a: contxt is no key here" in said.decode()
