"""The Jupyter server of the session, which all notebooks here are opened in."""

from collections.abc import Iterator

import pytest

from tests.notebooks.jupyter import Server, serving


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("jupyter")) as server:
        yield server
