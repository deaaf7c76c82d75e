# Two commands are enough: `make run` shows the demo, `make test` runs what CI runs.
# Both do all the set-up they need, once. Without a graphics card the demo takes a few minutes.

empathy = .venv/bin/empathy

# One thread for each product of matrices, as the program itself has it.
export OPENBLAS_NUM_THREADS = 1

.PHONY: run test soak lint bench gallery setup clean

run: setup
	$(empathy) demo

# Two and more at a time: most tests take one core and no more.
pytest = .venv/bin/pytest --numprocesses auto --maxprocesses 4 --dist worksteal

test: lint
	$(pytest)

soak: setup
	$(pytest) -m soak

lint: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

# Numba is the peer of the crowd's statistics; nothing else wants it.
bench: setup
	@.venv/bin/python -c "import numba" 2>/dev/null || .venv/bin/python -m pip install --quiet \
		--disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	for each in osc crowd wire frame wall guard export; do .venv/bin/python -m benchmarks.bench_$$each || exit 1; done

# Draws what has changed of gallery/; without a graphics card, some minutes for each preset.
gallery: setup
	$(empathy) gallery

setup:
	@.ci/setup

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
