#!/bin/sh
# Make the virtual environment $2 with the Python $1 and install kamassess into it, with pinned versions. On Debian the module
# `venv` may need a package of its own, which is installed where that is allowed.
set -eu
python=$1
venv=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "kamassess needs Python 3.11 or newer; $("$python" --version 2>&1) was found. Set PYTHON=..." >&2
    exit 2
}
if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
    rm -rf "$venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
        "$python" -m venv "$venv"
    else
        echo "Python's module venv is missing; install it (Debian: apt-get install python3-venv) and try again." >&2
        exit 2
    fi
fi
echo "Installing into $venv (once; a minute or two) ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt -e '.[test]'
# All cores compile in half the time that pip takes for it; files that are no Python of this version (templates) are nothing new.
"$venv/bin/python" -m compileall -q -j 0 "$venv/lib" kamassess >/dev/null 2>&1 || true
