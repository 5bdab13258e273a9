# Every command a developer needs, the fastest check first. `just` lists them; `bin/setup --dev` makes them work.
export PATH := justfile_directory() / ".venv/bin:" + env("PATH")

# list the commands
default:
    @just --list --unsorted

# the quick check, under a minute: what to run before each commit
check: lint
    python -m pytest -q -n 2 -m "not slow" tests/unit tests/web

# format, lint, import walls, types
lint:
    ruff format --check .
    ruff check .
    lint-imports
    mypy

# rewrite the files as the formatter and the linter want them
fmt:
    ruff format .
    ruff check --fix .

# the whole suite, or a part: just test tests/unit/index -k delta
test *ARGS:
    python -m pytest {{ARGS}}

# the web tests on a PostgreSQL of their own (they run on SQLite otherwise)
test-postgres *ARGS:
    bin/with-postgres python -m pytest -n 2 -m "not sqlite" tests/web {{ARGS}}

# walk through a running service in a real browser; pictures of every page in build/screenshots
journeys *ARGS:
    JOURNEY_PICTURES=1 python -m pytest tests/journeys {{ARGS}}

# build and run the native unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
native-test:
    cmake -S . -B build/native-test -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSHELTERWOOD_PYTHON=OFF -DSHELTERWOOD_NATIVE_TESTS=ON -DSHELTERWOOD_SANITIZE=address,undefined > /dev/null
    cmake --build build/native-test
    ctest --test-dir build/native-test --output-on-failure --no-tests=error --parallel "$(nproc)"

# fuzz each native target for SECONDS
fuzz SECONDS="60":
    benchmarks/fuzz.sh {{SECONDS}}

# build the native core again after a change
build:
    bin/setup --dev

# compare with the peers: just bench, just bench lookup --full
bench *ARGS:
    bin/setup --bench
    python -m benchmarks {{ARGS}}

# pin the Python packages again (after a change of dependencies in pyproject.toml)
lock:
    bin/lock
