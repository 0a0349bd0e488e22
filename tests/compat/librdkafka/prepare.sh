#!/bin/sh
# Builds librdkafka's own tests into the cache folder: ${KAVKA_CACHE:-$HOME/.cache/kavka}/compat/librdkafka.
# Their sources ship inside the crate rdkafka-sys, at the version that the workspace locks.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fetch.sh"
workspace=$here/../../..

need gcc gcc
need g++ g++
need make make
need python3 python3
need pkg-config pkg-config
for library in libssl:libssl-dev zlib:zlib1g-dev libzstd:libzstd-dev; do
    pkg-config --exists "${library%%:*}" 2>/dev/null || missing="$missing ${library##*:}"
done
# Some tests read statistics as JSON.
[ -e /usr/include/rapidjson/schema.h ] || missing="$missing rapidjson-dev"
install_missing
# Some call Kafka's own scripts.
"$here/../prepare.sh"

version=$(sed -n '/^name = "rdkafka-sys"/{n;s/version = "\(.*\)"/\1/p}' "$workspace/Cargo.lock")
made=$cache/librdkafka
stamp=$version-$(stamp_of "$0" "$here/kafka.sh")
if ! is_made "$made" "$stamp"; then
    echo "building librdkafka's tests, $version"
    rm -rf "$made" && mkdir -p "$made"
    (cd "$workspace" && cargo fetch --locked -q)
    sources=$(find "${CARGO_HOME:-$HOME/.cargo}/registry/src" -maxdepth 2 -name "rdkafka-sys-$version" | head -1)
    cp -r "$sources/librdkafka" "$made/librdkafka"
    log=$made/build.log
    # Without optimisation: the tests wait more than they compute.
    (cd "$made/librdkafka" &&
        ./configure --disable-optimization --disable-gssapi --disable-curl &&
        make -j2 libs && make -j2 -C tests test-runner) >"$log" 2>&1 || {
        tail -20 "$log" >&2
        exit 1
    }
    mkdir -p "$made/kafka/bin"
    ln -s "$cache/java/libs" "$made/kafka/libs"
    for tool in topics acls run-class; do
        cp "$here/kafka.sh" "$made/kafka/bin/kafka-$tool.sh"
    done
    make -s -C "$made/librdkafka/tests/java" KAFKA_PATH="$made/kafka" >>"$log" 2>&1
    echo "$stamp" >"$made/.made"
fi
