#!/usr/bin/env bash
# Deletes a kind cluster that up.sh made:  down.sh [NAME]
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$(dirname "$0")/settings.sh"

name=${1:-kavka-e2e}
"$bin/kind" delete cluster --name "$name" --kubeconfig "$cache/$name.kubeconfig"
rm -f "$cache/$name.kubeconfig"
