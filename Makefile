# Needs Python 3.11 or newer and make; everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# The tests start the command some 600 times: without Python's cache each compiles all the rules.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check generated bench sarif browser browser-scale screenshots examples wheel clean bench-streaming

help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.demo: pyproject.toml constraints.txt hatch_build.py
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -c constraints.txt -e '.[demo]'
	@touch $@

$(VENV)/.dev: $(VENV)/.demo
	$(PIP) install -c constraints.txt -e '.[demo,dev]'
	@touch $@

demo: $(VENV)/.demo ## scan a small fictional estate and write posture-report.html, .json and .sarif
	$(BIN)/posture demo

test: $(VENV)/.dev ## run the tests (a few minutes at most)
	$(BIN)/python -m pytest -m 'not slow and not browser and not corpus' -n auto

test-all: $(VENV)/.dev ## run everything: slow laws, corpora (POSTURE_CORPORA=DIR), the browser (chromium)
	$(BIN)/python -m pytest -n auto

check: $(VENV)/.dev ## format, lint, types, layers, rules
	$(BIN)/ruff format --check scanner tests hatch_build.py
	$(BIN)/ruff check scanner tests hatch_build.py
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_layers.py -p no:cacheprovider
	$(BIN)/posture rules lint

generated: $(VENV)/.dev ## write what is generated anew: action catalogue, AWS's policies, compiled rules, rules/README.md, docs/collectors.md, what snapshots keep of the collectors
	$(BIN)/python -m scanner.derive.access.catalogue.build
	$(BIN)/python -m scanner.demo.managed_policies
	$(BIN)/python tests/iac/rendering/table.py
	$(BIN)/python -m scanner.engine.build
	$(BIN)/python -m scanner.aws.page
	$(BIN)/python -m scanner.aws.asked

bench: $(VENV)/.dev ## print ratios: expressions against jmespath; a scan against an emulated AWS (POSTURE_BENCH=DIR)
	$(BIN)/python tests/engine/bench_expression.py
	@if [ -n "$$POSTURE_BENCH" ]; then $(BIN)/python tests/bench/bench_account.py; else echo "no POSTURE_BENCH: no scan of an emulated AWS"; fi

bench-streaming: $(VENV)/.dev ## print what judging a snapshot takes, in one process and two (RESOURCES=250000)
	$(BIN)/python tests/bench/bench_streaming.py $(RESOURCES)

browser: $(VENV)/.dev build/axe/axe.min.js ## drive the HTML report in Chromium (Debian: chromium, chromium-driver, npm)
	$(PIP) install -c constraints.txt selenium
	POSTURE_AXE=$(CURDIR)/build/axe/axe.min.js $(BIN)/python -m pytest -m 'browser and not slow' tests/browser

browser-scale: $(VENV)/.dev ## print what a page of 100,000 findings takes: to render, to open, to filter
	$(PIP) install -c constraints.txt selenium
	mkdir -p build && $(BIN)/python tests/render/html_scale.py build/scale.html
	$(BIN)/python -m pytest tests/browser/test_browser_scale.py

screenshots: $(VENV)/.dev ## make the pictures in examples/screenshots/ anew (REPORT=report.json; default: the demo)
	$(PIP) install -c constraints.txt selenium pillow
	$(BIN)/python tests/browser/screenshots.py examples/screenshots $(REPORT)

sarif: $(VENV)/.dev build/multitool/Sarif.Multitool ## validate the demo's SARIF, and FILES, with Microsoft's validator (npm)
	cd build && $(CURDIR)/$(BIN)/posture demo -q -o sarif=demo.sarif
	$(BIN)/python tests/render/validate_sarif.py build/multitool/Sarif.Multitool build/demo.sarif $(FILES)

build/multitool/Sarif.Multitool:
	mkdir -p build/multitool
	cd build/multitool && npm pack --silent @microsoft/sarif-multitool-linux@5.7.0 && tar -xzf *.tgz --strip-components=1
	chmod +x $@

build/axe/axe.min.js:
	mkdir -p build/axe
	cd build/axe && npm pack --silent axe-core@4.11.0 && tar -xzf axe-core-*.tgz --strip-components=1 package/axe.min.js

examples: $(VENV)/.demo ## make the sealed snapshot in examples/ anew
	rm -f build/demo.posture && mkdir -p build
	$(BIN)/posture demo -q -s build/demo.posture -o html=build/demo.html
	$(BIN)/posture export build/demo.posture examples/northwind.posture.gz

wheel: $(VENV)/.dev ## build the wheel into dist/
	$(PIP) install -c constraints.txt build
	$(BIN)/python -m build --wheel --outdir dist .

clean: ## remove what the other targets made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis posture-report.*
