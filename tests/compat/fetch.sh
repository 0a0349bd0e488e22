# Sourced by prepare.sh, the one here and each suite's: Debian packages, and folders that are made once.
# shellcheck shell=sh
cache=${KAVKA_CACHE:-$HOME/.cache/kavka}/compat
mkdir -p "$cache"

missing=
need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
install_missing() {
    [ -n "$missing" ] || return 0
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    echo "installing$missing"
    # shellcheck disable=SC2086
    $sudo apt-get update -q && $sudo apt-get install -yq --no-install-recommends $missing || {
        echo "these packages are needed; install them: apt-get install$missing" >&2
        exit 1
    }
    missing=
}

# A folder is complete when it holds the stamp of the files that it was made from.
stamp_of() { cat "$@" | cksum | tr ' ' -; }
is_made() { # FOLDER STAMP
    [ "$(cat "$1/.made" 2>/dev/null)" = "$2" ]
}
