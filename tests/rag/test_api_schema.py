"""The API as its own description says it is: whatever is sent, no answer is a 5xx, and none is undescribed.

A longer run: ``TASHAN_EXAMPLES=2000 python -m pytest tests/rag/test_api_schema.py``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from index.store import LocalStore
from rag import api
from rag.config import Settings
from rag.service import Service

EXAMPLES = int(os.environ.get("TASHAN_EXAMPLES", "12"))
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
OPERATIONS = [
    ("POST", "/api/ask"),
    ("POST", "/api/search"),
    ("POST", "/api/compare"),
    ("POST", "/api/export"),
    ("GET", "/api/basket"),
    ("PUT", "/api/basket"),
    ("GET", "/api/health"),
    ("GET", "/metrics"),
    ("GET", "/api/reports/{report}"),
    ("GET", "/api/files/{doc}"),
]
CASES = [
    (method, path, mode)
    for method, path in OPERATIONS
    for mode in GenerationMode
    if method in ("POST", "PUT") or mode is GenerationMode.POSITIVE  # any string is a path: no wrong ones
]


@pytest.fixture(scope="module")
def described(sample_store: LocalStore) -> BaseSchema:
    service = Service(Settings(store=Path(sample_store.layout.root), model="fake"), sample_store)
    return schemathesis.openapi.from_asgi("/api/openapi.json", api.create(service))


def test_every_operation_is_tried(described: BaseSchema) -> None:
    found = {(one.ok().method.upper(), one.ok().path) for one in described.get_all_operations()}
    assert found == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path", "mode"), CASES)
def test_no_request_is_answered_with_an_error_of_ours(
    described: BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def every(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    every()
