#!/bin/sh
# See that the tests find Chromium, the PDF tools, LibreOffice, PostgreSQL, strace and ssh-keygen; install Debian's where that is
# allowed. Tests that need them fail without.
set -eu
missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing="$missing chromium"
command -v pdffonts >/dev/null || missing="$missing poppler-utils"
command -v soffice >/dev/null || missing="$missing libreoffice-calc-nogui libreoffice-impress-nogui"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v strace >/dev/null || missing="$missing strace"
command -v ssh-keygen >/dev/null || missing="$missing openssh-client"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$missing ..."
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "The browser, PDF, office, database, network and signature tests need:$missing. Install them and try again." >&2
    exit 2
fi
