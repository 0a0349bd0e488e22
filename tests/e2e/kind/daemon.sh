#!/usr/bin/env bash
# Makes sure that a docker daemon answers which can run kind's privileged nodes.
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$(dirname "$0")/settings.sh"

need docker:docker.io jq:jq runc:runc

# All capabilities of this kernel are granted here (usual machines; not most containers).
all_granted() {
  local granted last
  granted=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)
  last=$(cat /proc/sys/kernel/cap_last_cap)
  [ $((0x$granted)) = $(((1 << (last + 1)) - 1)) ]
}

if ! docker version >/dev/null 2>&1; then
  need dockerd:docker.io
  if ! docker version >/dev/null 2>&1; then
    [ "$(id -u)" = 0 ] || die "no docker daemon answers; start it (sudo service docker start), \
or add yourself to the group docker"
    say "starting dockerd (log: $cache/dockerd.log)"
    install -m 755 "$here/runc-fit" "$bin/runc-fit"
    # In a session of its own: it outlives this run, and the next one finds it.
    setsid dockerd --add-runtime "runc-fit=$bin/runc-fit" --default-runtime runc-fit \
      >"$cache/dockerd.log" 2>&1 </dev/null &
    for _ in $(seq 120); do
      docker version >/dev/null 2>&1 && break
      sleep 0.5
    done
    docker version >/dev/null 2>&1 || {
      tail -n 5 "$cache/dockerd.log" >&2
      die "dockerd does not start"
    }
  fi
fi

if ! all_granted && [ "$(docker info -f '{{.DefaultRuntime}}')" != runc-fit ]; then
  say "warning: this machine withholds capabilities and docker's default runtime is not runc-fit;" \
    "if nodes do not start, set \"runtimes\": {\"runc-fit\": {\"path\": \"$bin/runc-fit\"}} and" \
    "\"default-runtime\": \"runc-fit\" in /etc/docker/daemon.json and restart docker"
  install -m 755 "$here/runc-fit" "$bin/runc-fit"
fi
