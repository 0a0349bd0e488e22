#!/usr/bin/env bash
# Makes a node image for kind out of Debian packages and Go modules, pulls nothing, and prints its
# name. The finished image stays in the cache as an archive, so that a new docker only loads it.
# How a node is put together follows kind's own base image; where this one differs, a comment says so.
# shellcheck source-path=SCRIPTDIR source=settings.sh source=../../../.ci/images/archive.sh
. "$(dirname "$0")/settings.sh"
. "$here/../../../.ci/images/archive.sh"

print=$(fingerprint "$0" "$here"/{settings.sh,binaries.sh,network.yaml,pause.c} \
  "$here"/{kubernetes,coredns,etcd,podnet}/*)
image=kindest/node:kavka-$print
stored=$cache/node-$print.tar

if docker image inspect "$image" >/dev/null 2>&1; then
  echo "$image"
  exit
fi
if [ -f "$stored" ]; then
  say "loading the node image from $stored"
  docker load -qi "$stored" >&2
  echo "$image"
  exit
fi

need mmdebstrap:mmdebstrap jq:jq
"$here/binaries.sh" node
if [ "$(id -u)" != 0 ]; then
  as_root env KAVKA_CACHE="${cache%/kind}" "$(realpath "$0")"
  exit
fi

work=$(mktemp -d "$cache/build.XXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root node=$work/node images=$work/images
mkdir "$images"
fixed=(--owner=0 --group=0 --mtime=@0)
path='"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]'

# 1. Debian, the ground of the node and the source of the tools in the cluster's own images.
say "unpacking Debian packages"
debian=systemd,conntrack,iptables,nftables,iproute2,ethtool,util-linux,mount,kmod,libseccomp2
debian+=,e2fsprogs,ca-certificates,jq,procps,socat,containerd,runc,containernetworking-plugins
debian+=,busybox
mmdebstrap --mode=root --variant=minbase --include="$debian" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$root" 2>"$cache/mmdebstrap.log" ||
  die "mmdebstrap failed: $(tail -n 3 "$cache/mmdebstrap.log")"

# 2. The images of the cluster's own pods.

# pack NAME FOLDER CONFIG: an image from a folder, into $images; the folder is used up.
pack() {
  layer "$2" "$work/layer.tar" "${fixed[@]}"
  archive "$1" "$3" "$images/$(tr '/:' '__' <<<"$1").tar" "$work/layer.tar"
  rm -rf "$2" "$work/layer.tar"
}

# folder PROGRAM…: a new folder with /tmp, /etc and these programs of ours in /usr/local/bin.
folder() {
  local made program
  made=$(mktemp -d "$work/image.XXXX")
  chmod 755 "$made"
  mkdir -p "$made"/{tmp,etc,usr/local/bin}
  for program; do cp "$bin/$program" "$made/usr/local/bin/"; done
  echo "$made"
}

# from_debian FOLDER FILE…: copies files of the Debian tree with the libraries that they need.
from_debian() {
  local to=$1 file part
  shift
  mkdir -p "$to"/{run,var/run,usr/bin,usr/sbin,usr/lib}
  for part in bin sbin lib lib64; do
    [ ! -e "$root/usr/$part" ] || { mkdir -p "$to/usr/$part" && ln -sfn "usr/$part" "$to/$part"; }
  done
  for file in "$@" $({ chroot "$root" ldd "$@" 2>/dev/null || true; } |
    sed -n 's#^[^/]*\(/[^ ]*\) (.*#\1#p' | sort -u); do
    mkdir -p "$to$(dirname "$file")"
    cp -nL "$root$file" "$to$file"
  done
}

proxy_image() {
  local to extensions name
  to=$(folder kube-proxy)
  mapfile -t extensions < <(cd "$root" && find usr/lib/x86_64-linux-gnu/xtables -name '*.so')
  from_debian "$to" /usr/sbin/nft /usr/sbin/xtables-nft-multi /usr/bin/busybox \
    "${extensions[@]/#//}"
  for name in ip{,6}tables{,-save,-restore}; do
    ln -sf xtables-nft-multi "$to/usr/sbin/$name"
  done
  ln -sf busybox "$to/usr/bin/sh"
  pack "$1" "$to" "{$path}"
}

say "packing the cluster's images"
pause=
while read -r name; do
  program=${name##*/}
  program=${program%%:*}
  case $program in
    kube-proxy) proxy_image "$name" ;;
    coredns | pause)
      to=$(folder)
      cp "$bin/$program" "$to/$program"
      pack "$name" "$to" "{$path,\"Entrypoint\":[\"/$program\"],\"WorkingDir\":\"/\"}"
      [ "$program" != pause ] || pause=$name
      ;;
    *) pack "$name" "$(folder "$program")" "{$path}" ;;
  esac
done < <("$bin/kubeadm" config images list --kubernetes-version "$kubernetes_version" 2>/dev/null)
[ -n "$pause" ] || die "kubeadm lists no pause image"
to=$(folder podnet)
from_debian "$to" /usr/sbin/nft /usr/bin/ip
pack localhost/podnet:1 "$to" "{$path,\"Entrypoint\":[\"podnet\"]}"
pack localhost/local-path-provisioner:1 "$(folder local-path-provisioner)" "{$path}"
to=$(folder)
from_debian "$to" /usr/bin/busybox
for name in $(chroot "$root" busybox --list); do
  [ "$name" = busybox ] || ln -s busybox "$to/usr/bin/$name"
done
pack localhost/busybox:1 "$to" "{$path,\"Cmd\":[\"sh\"]}"

# 3. The node: the Debian tree under kind's own files.
say "putting the node together"
mv "$root" "$node"
base=$cache/kind-base
cp -rT --no-preserve=mode,ownership "$base/files/etc" "$node/etc"
cp -rT --no-preserve=mode,ownership "$base/files/kind" "$node/kind"
install -m 755 "$base/files/usr/local/bin/entrypoint" "$node/usr/local/bin/"
chmod 755 "$node"/kind/bin/*
units=$node/lib/systemd/system
rm -f "$units"/sysinit.target.wants/systemd-tmpfiles-setup.service \
  "$units"/multi-user.target.wants/* "$node"/etc/systemd/system/*.wants/* \
  "$units"/local-fs.target.wants/* "$units"/sockets.target.wants/*{udev,initctl}* \
  "$units"/basic.target.wants/* "$units"/containerd.service \
  "$node"/etc/{hostname,resolv.conf}
echo ReadKMsg=no >>"$node/etc/systemd/journald.conf"
ln -sf /usr/lib/systemd/systemd "$node/usr/sbin/init"
mkdir -p "$node"/{etc/kubernetes/manifests,etc/cni/net.d,opt/cni,kind/manifests}
ln -sfn /usr/lib/cni "$node/opt/cni/bin"
for name in containerd ctr containerd-shim-runc-v2; do
  ln -sf "/usr/bin/$name" "$node/usr/local/bin/$name"
done
chroot "$node" sh -c 'systemctl enable kubelet containerd undo-mount-hacks &&
  systemctl mask systemd-binfmt.service' 2>/dev/null
for name in kubeadm kubelet kubectl; do install -m 755 "$bin/$name" "$node/usr/bin/"; done

# A machine without CAP_SYS_RESOURCE refuses a negative oom_score_adj.
sed -i -e 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' \
  -e "s#sandbox_image = .*#sandbox_image = \"$pause\"#" "$node/etc/containerd/config.toml"
sed -i '/^OOMScoreAdjust/d' "$node/etc/systemd/system/containerd.service"
chroot "$node" ctr oci spec |
  jq '.hooks.createContainer = [{path: "/kind/bin/mount-product-files.sh"}]
      | del(.process.rlimits)' >"$node/etc/containerd/cri-base.json"
# Debian has no crictl. kind lists images with it, and when `inspecti` fails loads an image anew.
cat >"$node/usr/local/bin/crictl" <<'CRICTL'
#!/bin/sh
[ "$1" = images ] && exec ctr -n k8s.io images ls
exit 1
CRICTL
chmod 755 "$node/usr/local/bin/crictl"
printf %s "$kubernetes_version" >"$node/kind/version"
cp "$here/network.yaml" "$node/kind/manifests/default-cni.yaml"
# shellcheck disable=SC2016
sed -e 's#` + storageProvisionerImage + `#localhost/local-path-provisioner:1#' \
  -e 's#` + storageHelperImage + `#localhost/busybox:1#' "$base/storage.yaml" \
  >"$node/kind/manifests/default-storage.yaml"

# 4. The images go into the node's own containerd, not unpacked, as kind's node build leaves them.
say "importing the cluster's images"
cat >"$work/import" <<'IMPORT'
set -e
node=$1
images=$2
mount --make-rprivate /
mount -t proc proc "$node/proc"
mount -t tmpfs tmpfs "$node/run"
mkdir "$node/run/images"
mount --bind "$images" "$node/run/images"
printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n' >"$node/run/c.toml"
chroot "$node" containerd -c /run/c.toml >"$images/log" 2>&1 &
daemon=$!
for _ in $(seq 50); do
  chroot "$node" ctr version >/dev/null 2>&1 && break
  sleep 0.2
done
for file in "$images"/*.tar; do
  chroot "$node" ctr -n k8s.io images import --all-platforms --no-unpack --digests \
    "/run/images/$(basename "$file")" >/dev/null
done
kill $daemon
wait $daemon || true
IMPORT
unshare -m bash "$work/import" "$node" "$images" || die "import failed: $(tail "$images/log")"
rm -rf "$node"/var/log/* "$node"/tmp/*

# 5. The image itself. Owners and times stay as Debian set them.
say "writing $stored"
layer "$node" "$work/layer.tar"
rm -rf "$node"
config='{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"'
config+=',"container=docker"],"Entrypoint":["/usr/local/bin/entrypoint","/sbin/init"]'
config+=',"StopSignal":"SIGRTMIN+3"}'
archive "$image" "$config" "$work/node.tar" "$work/layer.tar"
rm -f "$cache"/node-*.tar
mv "$work/node.tar" "$stored"
docker load -qi "$stored" >&2
say "node image $image: $(($(stat -c %s "$stored") >> 20)) MiB"
echo "$image"
