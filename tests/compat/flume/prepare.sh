#!/bin/sh
# Fetches Apache Flume into the cache folder: ${KAVKA_CACHE:-$HOME/.cache/kavka}/compat/flume.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fetch.sh"

need kcat kcat
need java default-jdk-headless
need mvn maven
install_missing

made=$cache/flume
stamp=$(stamp_of "$0" "$here/pom.xml")
if ! is_made "$made" "$stamp"; then
    echo "fetching Apache Flume"
    rm -rf "$made" && mkdir -p "$made"
    mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies \
        -DoutputDirectory="$made/libs" -DincludeScope=runtime
    echo "$stamp" >"$made/.made"
fi
