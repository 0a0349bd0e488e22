#!/usr/bin/env bash
# Finds or creates a kind cluster of three nodes and prints the path of its KUBECONFIG.
#   up.sh [NAME]            (default: kavka-e2e)
# The node image is pulled where that is possible, otherwise built from Debian packages and Go
# modules. What takes long lies in ${KAVKA_CACHE:-~/.cache/kavka}/kind. Each step says when it began.
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$(dirname "$0")/settings.sh"

name=${1:-kavka-e2e}
kubeconfig=$cache/$name.kubeconfig

"$here/daemon.sh"
"$here/binaries.sh" tools

if "$bin/kind" get clusters 2>/dev/null | grep -qx "$name"; then
  "$bin/kind" get kubeconfig --name "$name" >"$kubeconfig"
  if "$bin/kubectl" --kubeconfig "$kubeconfig" --request-timeout 10s get nodes >/dev/null 2>&1; then
    say "cluster $name is there already"
    echo "$kubeconfig"
    exit
  fi
  say "cluster $name does not answer; making it again"
  "$bin/kind" delete cluster --name "$name" >&2
fi

# pullable: whether the published image can be had. Asking comes first, with a short limit: a pull
# from a registry that is not reachable may hang for minutes.
pullable() {
  docker image inspect "$published_image" >/dev/null 2>&1 && return
  timeout 15 docker manifest inspect "$published_image" >/dev/null 2>&1 || return
  say "pulling $published_image"
  timeout 600 docker pull -q "$published_image" >&2
}

if pullable; then
  image=$published_image
else
  image=$("$here/node-image.sh")
fi

say "creating cluster $name from $image"
"$bin/kind" create cluster --name "$name" --image "$image" --config "$here/cluster.yaml" \
  --kubeconfig "$kubeconfig" --wait 180s >&2
"$bin/kubectl" --kubeconfig "$kubeconfig" wait --for=condition=Ready nodes --all \
  --timeout=120s >&2
say "cluster $name is ready"
echo "$kubeconfig"
