#!/bin/sh
# Install what the tests need beside Python packages: a browser, and on Linux bubblewrap, which isolates graded code.
# Called by `make test` with the Python of the environment.
set -eu
python=$1

has() { command -v "$1" >/dev/null 2>&1; }
has_own_browser() {
    "$python" - <<'END'
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not os.path.exists(playwright.chromium.executable_path))
END
}

packages=
has chromium || has_own_browser || packages=chromium
[ "$(uname)" != Linux ] || has bwrap || packages="$packages bubblewrap"
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then
    echo "Installing with apt-get:" $packages
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages fonts-dejavu-core >/dev/null
    exit 0
fi

case $packages in
*chromium*)
    echo "Installing Chromium for the browser tests, through Playwright."
    "$python" -m playwright install chromium || {
        echo "The browser tests need Chromium, and it could not be installed. Install it, then give the command again:"
        echo "  Debian:  sudo apt-get install chromium bubblewrap"
        echo "  others:  $python -m playwright install --with-deps chromium"
        exit 1
    }
    ;;
esac
case $packages in
*bubblewrap*) echo "bubblewrap is not installed: graded code would not be isolated here. sudo apt-get install bubblewrap" ;;
esac
