#!/usr/bin/env bash
# Fuzzes every target for some seconds: tests/fuzz/run.sh [SECONDS [TARGET…]]
# One program holds all targets. What it learns stays in ${KAVKA_CACHE:-~/.cache/kavka}/fuzz; an input
# that breaks a promise is kept there and printed with the command that runs it again.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-10}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(
  sed -n 's/^ *Self::[A-Za-z]* => "\(.*\)",$/\1/p' tests/fuzz/src/lib.rs
)
target_dir=${CARGO_TARGET_DIR:-target}/fuzz
corpus=${KAVKA_CACHE:-$HOME/.cache/kavka}/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')

# The coverage that libFuzzer goes by, as cargo-fuzz asks for it; sanitizers find nothing in safe code.
flags=(
  --cfg fuzzing -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares
)
RUSTFLAGS="${flags[*]}" CARGO_TARGET_DIR=$target_dir CARGO_INCREMENTAL=0 \
  cargo build -q -p kavka-test-fuzz --features libfuzzer --bin kavka-fuzz --target "$host"
program=$target_dir/$host/debug/kavka-fuzz

fuzz() { # TARGET
  local folder=$corpus/$1
  mkdir -p "$folder/inputs" "$folder/broken"
  # Less address space than any length from outside may ask for; -timeout is for one input.
  (
    ulimit -v $((4 << 20))
    KAVKA_FUZZ_TARGET=$1 KAVKA_FUZZ_SEEDS=$folder/inputs "$program" "$folder/inputs" \
      -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=20000 -use_value_profile=0 \
      -print_final_stats=1 -artifact_prefix="$folder/broken/" > "$folder/log" 2>&1
  ) || {
    tail -40 "$folder/log"
    echo "fuzzing $1 broke a promise; again: KAVKA_FUZZ_TARGET=$1 $program $folder/broken/…" >&2
    return 1
  }
  echo "fuzz $1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log") inputs"
}

for target in "${targets[@]}"; do
  fuzz "$target"
done
