#!/usr/bin/env bash
# Deletes a kind cluster that up.sh made:  down.sh [NAME]
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$(dirname "$0")/settings.sh"

name=${1:-kavka-e2e}
# Where no daemon runs, no cluster does; up.sh deals with what an earlier daemon left.
if docker info >/dev/null 2>&1; then
  "$bin/kind" delete cluster --name "$name" --kubeconfig "$cache/$name.kubeconfig"
fi
rm -f "$cache/$name.kubeconfig"
