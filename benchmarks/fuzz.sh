#!/usr/bin/env bash
# Fuzz every native target for SECONDS each (default 60), under AddressSanitizer and UndefinedBehaviorSanitizer.
#
#   benchmarks/fuzz.sh 10        a short run, as in bin/test
#   benchmarks/fuzz.sh 3600      the long one
#   benchmarks/fuzz.sh 60 pdq_fuzz   one target only
#
# A target is any CMake target named *_fuzz; all are fuzzed beside each other, on a core each. Its corpus starts from a few seeds in a temporary folder, plus what
# earlier runs kept in build/fuzz/corpus/. One line a target with the runs done; a crash leaves its input in
# build/fuzz/crashes/ and ends this script with 1.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${1:-60}"
only="${2:-}"
[[ "$seconds" =~ ^[0-9]+$ ]] || { echo "usage: benchmarks/fuzz.sh SECONDS [TARGET]" >&2; exit 2; }
command -v clang++ >/dev/null || { echo "fuzz.sh: clang++ is missing; bin/setup --dev installs it." >&2; exit 2; }

build=build/fuzz
cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSHELTERWOOD_FUZZ=ON \
  -DSHELTERWOOD_SANITIZE=address,undefined -DSHELTERWOOD_PYTHON=OFF >/dev/null
mapfile -t targets < <(cmake --build "$build" --target help | sed -nE 's/^([A-Za-z0-9_]+_fuzz): phony$/\1/p' | sort -u)
((${#targets[@]})) || { echo "fuzz.sh: no target named *_fuzz; nothing was fuzzed." >&2; exit 1; }
cmake --build "$build" --target "${targets[@]}" >"$build/build.log" || { cat "$build/build.log"; exit 1; }

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$build/crashes" "$scratch/seeds"
# Seeds only need to be of different lengths and not all zero: the targets read sizes and switches from the first bytes.
for length in 1 8 64 512 4096; do
  yes 'shelterwood seed' | head -c "$length" >"$scratch/seeds/text-$length" || true
  head -c "$length" /dev/zero | tr '\0' '\377' >"$scratch/seeds/ones-$length"
done

fuzz() { # fuzz TARGET: 0 no finding
  local target="$1" corpus="$build/corpus/$1" log="$build/$1.log" program runs
  program="$(find "$build" -type f -name "$target" -perm -u+x | head -1)"
  mkdir -p "$corpus"
  if UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$program" -max_total_time="$seconds" -rss_limit_mb=3072 -timeout=20 \
    -artifact_prefix="$build/crashes/$target-" -print_final_stats=1 "$corpus" "$scratch/seeds" >"$log" 2>&1; then
    runs="$(sed -nE 's/^stat::number_of_executed_units: ([0-9]+)$/\1/p' "$log")"
    echo "$target: ${runs:-?} runs in ${seconds} s, no finding"
  else
    tail -60 "$log"
    echo "$target: FAILED; the input is in $build/crashes/, the log in $log"
    return 1
  fi
}

fuzzing=()
for target in "${targets[@]}"; do
  [[ -z "$only" || "$only" == "$target" ]] || continue
  fuzz "$target" &
  fuzzing+=("$!")
done
failed=0
for each in "${fuzzing[@]}"; do
  wait "$each" || failed=1
done
exit "$failed"
