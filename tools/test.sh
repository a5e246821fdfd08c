#!/bin/sh
# Run the tests with the environment $1 and the other arguments, and lint and types beside them, which says at once if they fail and
# once more at the end. Fails if either does.
set -u
venv=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
("${MAKE:-make}" --no-print-directory lint >"$log" 2>&1 || { cat "$log" >&2; exit 1; }) &
lint=$!
env -u PYTHONDONTWRITEBYTECODE OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 "$venv/bin/python" -m pytest "$@"
tests=$?
wait "$lint"
linted=$?
cat "$log"
[ "$linted" = 0 ] || echo "Lint, types or import order failed: see above, or make lint." >&2
[ "$tests" = 0 ] && [ "$linted" = 0 ]
