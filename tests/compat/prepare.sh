#!/bin/sh
# Brings the real clients that the compatibility tests start into the cache folder
# (${KAVKA_CACHE:-$HOME/.cache/kavka}/compat): Apache Kafka's Java tools, a franz-go program, kafka-python.
# Runs again at no cost: what is there in the wanted version is left alone.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/fetch.sh"

need kcat kcat
need java default-jdk-headless
need mvn maven
need go golang
need python3 python3
python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
install_missing

stamp=$(stamp_of "$here/java/pom.xml")
if ! is_made "$cache/java" "$stamp"; then
    echo "fetching Apache Kafka's Java tools"
    rm -rf "$cache/java" && mkdir -p "$cache/java"
    mvn -q -B -f "$here/java/pom.xml" dependency:copy-dependencies \
        -DoutputDirectory="$cache/java/libs" -DincludeScope=runtime
    echo "$stamp" >"$cache/java/.made"
fi

stamp=$(stamp_of "$here/go/go.mod" "$here/go/go.sum" "$here"/go/*.go)
if ! is_made "$cache/go" "$stamp"; then
    echo "building the franz-go program"
    rm -rf "$cache/go" && mkdir -p "$cache/go"
    (cd "$here/go" && CGO_ENABLED=0 go build -o "$cache/go/franz" .)
    echo "$stamp" >"$cache/go/.made"
fi

stamp=$(stamp_of "$here/python/requirements.txt")
if ! is_made "$cache/python" "$stamp"; then
    echo "installing kafka-python"
    rm -rf "$cache/python"
    python3 -m venv "$cache/python"
    "$cache/python/bin/pip" install -q -r "$here/python/requirements.txt"
    echo "$stamp" >"$cache/python/.made"
fi
