#!/bin/sh
# Builds franz-go's own integration tests into the cache folder:
# ${KAVKA_CACHE:-$HOME/.cache/kavka}/compat/franz-go.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fetch.sh"
version=v1.22.2

need go golang
install_missing

made=$cache/franz-go
stamp=$version-$(stamp_of "$0")
if ! is_made "$made" "$stamp"; then
    echo "building franz-go's tests, $version"
    rm -rf "$made" && mkdir -p "$made"
    sources=$(cd "$made" && go mod download -json "github.com/twmb/franz-go@$version" |
        sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
    # Some tests read the sources beside them.
    cp -r "$sources/pkg/kgo" "$made/kgo"
    (cd "$sources" && go test -mod=mod -c -o "$made/kgo.test" ./pkg/kgo)
    echo "$stamp" >"$made/.made"
fi
