from __future__ import annotations

import pytest

from tests.deploy.chart import Chart
from tests.support.helm import NoHelmError, helm


@pytest.fixture
def chart(request, tmp_path):
    try:
        return Chart(helm(request.config.cache.mkdir("helm")), tmp_path)
    except NoHelmError as why:
        pytest.skip(str(why))
