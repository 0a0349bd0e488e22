# shellcheck shell=bash
# What the scripts of this folder share: versions, folders, and how they speak. Sourced, never run.
# shellcheck disable=SC2034
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Outside of the checkout, kept between runs; may be deleted at any time (the next run takes longer).
cache=${KAVKA_CACHE:-$HOME/.cache/kavka}/kind
bin=$cache/bin
mkdir -p "$bin"

kind_version=v0.33.0
# Kubernetes 1.34 is the last that runs with cgroup v1.
kubernetes_version=v1.34.4
local_path_version=v0.0.30
# From the release notes of kind above; used where it can be pulled.
published_image=kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d
# Oldest Go that builds the pinned modules, and the one that is fetched where there is none.
go_minor_min=25
go_fetched=1.25.0

started=$(date +%s)
say() { echo "[$(($(date +%s) - started)) s] $*" >&2; }
die() {
  echo "error: $*" >&2
  exit 1
}

# as_root COMMAND…: runs it as root, through sudo only where that asks nothing.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif sudo -n true 2>/dev/null; then
    sudo -n --preserve-env=PATH "$@"
  else
    die "this step needs root; run it yourself and start again: sudo $*"
  fi
}

# need PROGRAM:PACKAGE…: installs the Debian packages of the programs that are not there.
need() {
  local pair packages=()
  for pair; do
    command -v "${pair%%:*}" >/dev/null || packages+=("${pair##*:}")
  done
  [ ${#packages[@]} = 0 ] && return
  command -v apt-get >/dev/null || die "please install: ${packages[*]}"
  say "installing ${packages[*]}"
  as_root apt-get update -q >&2
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qy --no-install-recommends "${packages[@]}" >&2
}

# fingerprint FILE…: changes when the content of one of them does.
fingerprint() { cat "$@" | sha256sum | cut -c1-16; }
