#!/usr/bin/env bash
# Builds static programs from Go modules into the cache's bin/; does nothing for what is there.
#   binaries.sh tools   kind, kubectl and helm: always needed
#   binaries.sh node    what a node image is made of: Kubernetes, etcd, CoreDNS, …
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$(dirname "$0")/settings.sh"

# go_ready: puts a Go that is new enough into PATH. Debian 12's is not, but it can fetch a newer one,
# which is published as a module too.
go_ready() {
  need go:golang-go
  local minor
  minor=$(go env GOVERSION | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -lt "$go_minor_min" ] || return 0
  local go=$cache/go$go_fetched
  if [ ! -x "$go/bin/go" ]; then
    say "fetching Go $go_fetched, since $(go env GOVERSION) is too old"
    local module folder
    module=golang.org/toolchain@v0.0.1-go$go_fetched.linux-$(go env GOARCH)
    folder=$(cd / && GO111MODULE=on go mod download -json "$module" |
      sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p')
    rm -rf "$go.new"
    cp -r --no-preserve=mode "$folder" "$go.new"
    chmod -R +x "$go.new/bin" "$go.new/pkg/tool"
    mv -T "$go.new" "$go"
  fi
  export PATH=$go/bin:$PATH GOROOT=$go
}

# build NAME FOLDER GO-BUILD-ARGUMENT…: builds inside FOLDER unless NAME was built from this FOLDER.
build() {
  local name=$1 folder=$here/$2 stamp=$bin/.$1.stamp print
  shift 2
  print=$(fingerprint "$folder"/*.*)
  [ "$(cat "$stamp" 2>/dev/null)" = "$print" ] && return
  go_ready
  say "building $name"
  (cd "$folder" && CGO_ENABLED=0 GOFLAGS="-mod=mod -buildvcs=false" go build -trimpath "$@")
  echo "$print" >"$stamp"
}

# install PROGRAM MODULE VERSION: a program whose module can be built by itself.
install_module() {
  local stamp=$bin/.$1.stamp
  [ "$(cat "$stamp" 2>/dev/null)" = "$3" ] && return
  go_ready
  say "building $1"
  (cd / && CGO_ENABLED=0 GOBIN=$bin go install -trimpath -ldflags '-s -w' "$2@$3")
  echo "$3" >"$stamp"
}

# The version that the programs report; without it kubeadm takes them for an unknown release.
package=k8s.io/component-base/version
minor=${kubernetes_version#v1.}
report="-X $package.gitVersion=$kubernetes_version -X $package.gitMajor=1"
report="$report -X $package.gitMinor=${minor%%.*}"

# kubernetes NAME PROGRAM…: one go build for several programs shares their common packages.
kubernetes() {
  local name=$1 program paths=()
  shift
  for program; do paths+=("k8s.io/kubernetes/cmd/$program"); done
  build "$name" kubernetes -ldflags "-s -w $report" -o "$bin/" "${paths[@]}"
}

# kind_base: the files that kind lays into a node, and its storage manifest, out of kind's module.
kind_base() {
  local base=$cache/kind-base source
  [ "$(cat "$base/version" 2>/dev/null)" = "$kind_version" ] && return
  go_ready
  source=$(cd / && go mod download -json "sigs.k8s.io/kind@$kind_version" |
    sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p')
  rm -rf "$base"
  mkdir -p "$base"
  cp -r --no-preserve=mode "$source/images/base/files" "$base/files"
  # shellcheck disable=SC2016
  sed -n '/^const defaultStorageManifest = `/,/^`/p' \
    "$source/pkg/build/nodeimage/const_storage.go" | sed '1d;$d' >"$base/storage.yaml"
  echo "$kind_version" >"$base/version"
}

case ${1:-} in
  tools)
    install_module kind sigs.k8s.io/kind "$kind_version"
    kubernetes kubectl kubectl
    build helm helm -ldflags '-s -w' -o "$bin/" helm.sh/helm/v3/cmd/helm
    ;;
  node)
    kubernetes kubernetes kube-apiserver kube-controller-manager kube-scheduler kube-proxy \
      kubelet kubeadm
    for name in coredns etcd podnet; do
      build "$name" "$name" -ldflags '-s -w' -o "$bin/$name" .
    done
    install_module local-path-provisioner github.com/rancher/local-path-provisioner \
      "$local_path_version"
    kind_base
    if [ ! -x "$bin/pause" ]; then
      need cc:gcc
      cc -static -Os -o "$bin/pause" "$here/pause.c"
      strip "$bin/pause"
    fi
    ;;
  *) die "usage: binaries.sh tools|node" ;;
esac
