"""What is uploaded stays where it belongs, within its limits, and is never run."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from gradio.utils import get_upload_folder

from rag import api
from rag.service import Service
from rag.ui import page
from tests.rag.served import service

SCRIPT = b"<html><script>alert(1)</script></html>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("uploads")) as made:
        yield made


@pytest.fixture(scope="module")
def editor(served: Service) -> Iterator[TestClient]:
    app = page.mount(api.create(served), served)
    with TestClient(app, "http://127.0.0.1", client=("127.0.0.1", 50000)) as client:
        yield client


def upload(editor: TestClient, name: str, data: bytes) -> Path:
    answer = editor.post("/gradio_api/upload", files={"files": (name, data)})
    assert answer.status_code == 200, answer.text
    return Path(answer.json()[0])


def test_the_folder_of_uploads_is_its_owners() -> None:
    folder = Path(os.environ["GRADIO_TEMP_DIR"])
    assert Path(get_upload_folder()).is_relative_to(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "name", ["../../x.txt", "/etc/x.txt", "..\\..\\x.txt", "a/../../../x.txt", "x\x00.txt"]
)
def test_a_name_cannot_lead_out_of_the_folder(editor: TestClient, name: str) -> None:
    kept = upload(editor, name, b"text")
    assert kept.resolve().is_relative_to(Path(get_upload_folder()).resolve())


def test_a_file_beyond_the_limit_is_refused(editor: TestClient) -> None:
    answer = editor.post("/gradio_api/upload", files={"files": ("big.txt", b"x" * (51 * 1024 * 1024))})
    assert answer.status_code == 413


def test_a_page_that_was_uploaded_does_not_run(editor: TestClient) -> None:
    answer = editor.get(f"/gradio_api/file={upload(editor, 'a.html', SCRIPT)}")
    assert "sha256-" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers.get("content-disposition", "").startswith("attachment")


@pytest.mark.parametrize("path", ["/etc/passwd", "tashan.toml", "rag/config.py", "../../../../etc/passwd"])
def test_no_other_file_is_given_out(editor: TestClient, served: Service, path: str) -> None:
    for wanted in (path, str(served.settings.records_file), f"{served.settings.store}/catalog.sqlite"):
        assert editor.get(f"/gradio_api/file={wanted}").status_code in (403, 404), wanted


def test_every_answer_carries_the_headers(editor: TestClient) -> None:
    config = editor.get("/config").json()
    assert config["enable_queue"]
    paths = ["/", "/config", "/theme.css", "/gradio_api/info", "/manifest.json", "/nothing/here",
             "/gradio_api/file=/etc/passwd", "/gradio_api/mcp/", "/api/openapi.json", "/login"]  # fmt: skip
    for path in paths:
        headers = editor.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "http" not in policy, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path


def test_no_page_describes_the_api_with_scripts_from_elsewhere(editor: TestClient) -> None:
    for path in ("/docs", "/redoc", "/api/docs", "/api/redoc"):
        answer = editor.get(path)
        assert answer.status_code == 404 or "cdn" not in answer.text, path
