#!/bin/sh
# Run the tests against the wheel, installed into a fresh environment, with the checkout out of sight:
#
#     tools/elsewhere.sh pinned|oldest|newest [PYTHON [PYTEST ARGUMENTS]]
#
# pinned: the versions of constraints.txt. oldest: the oldest versions that pyproject.toml allows. newest: whatever is newest. Only
# warnings of old versions are no errors. Without arguments for pytest, all tests run but those that are about the checkout itself.
# FOLDER (default: a temporary one, which goes) keeps the environment for the next time.
set -eu
cd "$(dirname "$0")/.."
which=${1:-pinned}
python=${2:-python3}
shift; [ $# = 0 ] || shift
case $which in pinned | oldest | newest) ;; *) sed -n 4p "$0" >&2; exit 2 ;; esac
if [ -z "${FOLDER:-}" ]; then
    FOLDER=$(mktemp -d)
    trap 'rm -rf "$FOLDER"' EXIT
fi
mkdir -p "$FOLDER"
FOLDER=$(cd "$FOLDER" && pwd)

bounds="$FOLDER/bounds.txt"
case $which in
pinned) grep -v '^#' constraints.txt >"$bounds" ;;
oldest) "$python" tools/oldest.py pyproject.toml >"$bounds" ;;
newest) : >"$bounds" ;;
esac
[ -x "$FOLDER/env/bin/python" ] || "$python" -m venv "$FOLDER/env"
pip="$FOLDER/env/bin/python -m pip --disable-pip-version-check"
rm -rf "$FOLDER/wheel" "$FOLDER/tests"
$pip wheel --quiet --no-deps --wheel-dir "$FOLDER/wheel" .
$pip install --quiet --constraint "$bounds" "kamassess[test] @ file://$(ls "$FOLDER"/wheel/kamassess-*.whl)"
$pip install --quiet --no-deps --force-reinstall "$FOLDER"/wheel/kamassess-*.whl
cp -r tests pyproject.toml "$FOLDER"

cd "$FOLDER"
unset PYTHONPATH
env/bin/python -c 'import kamassess, sys; print("kamassess", kamassess.__version__, "on Python", sys.version.split()[0])'
warnings=error
[ "$which" != oldest ] || warnings=default
[ $# != 0 ] || set -- tests
OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 env/bin/python -m pytest -m "not checkout" -W "$warnings" "$@"
