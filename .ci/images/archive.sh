# shellcheck shell=bash
# Docker archives written with tar alone: no daemon, no network, and the same bytes from the same
# files. Sourced by whatever makes images.

# layer FOLDER FILE [TAR-OPTION…]: FOLDER as one layer, in an order that does not change.
layer() {
  local folder=$1 file=$2
  shift 2
  tar --numeric-owner --sort=name "$@" -C "$folder" -cf "$file" .
}

# archive NAME CONFIG FILE LAYER…: an image from layers; CONFIG is the `config` object of an image
# configuration (Entrypoint, Env, User…) as JSON.
archive() {
  local name=$1 config=$2 file=$3 folder layers=() ids=() digest tarball
  shift 3
  folder=$(mktemp -d "$file.XXXX")
  for tarball; do
    digest=$(sha256sum "$tarball" | cut -d' ' -f1)
    ln "$tarball" "$folder/$digest.tar" 2>/dev/null || cp "$tarball" "$folder/$digest.tar"
    layers+=("\"$digest.tar\"")
    ids+=("\"sha256:$digest\"")
  done
  local IFS=, epoch=1970-01-01T00:00:00Z
  printf '{"architecture":"amd64","os":"linux","created":"%s","config":%s,%s}' "$epoch" "$config" \
    "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[${ids[*]}]}" >"$folder/config"
  digest=$(sha256sum "$folder/config" | cut -d' ' -f1)
  mv "$folder/config" "$folder/$digest.json"
  printf '[{"Config":"%s.json","RepoTags":["%s"],"Layers":[%s]}]' "$digest" "$name" \
    "${layers[*]}" >"$folder/manifest.json"
  (cd "$folder" && printf '%s\0' *) |
    tar --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=u=rw,go=r \
      -C "$folder" -cf "$file.new" --null -T -
  mv "$file.new" "$file"
  rm -rf "$folder"
}
