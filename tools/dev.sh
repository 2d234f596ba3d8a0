#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Everything a developer does with this repository; `--help` lists it. Owns which packages and which
# steps, not how a step works: that stands in CMake and in the scripts that are called here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: bash tools/dev.sh VERB

  setup           install what is missing from Debian packages
  build           set up, configure and build everything
  demo            build what it needs, then five networks under a budget: proven, planned, run
  test            build and check everything; a summary at the end
  bench [WHAT]    measure: models, or the name of a script in test/Benchmark; all without WHAT
  asan            unit and lit tests under AddressSanitizer and UndefinedBehaviorSanitizer
  format          apply clang-format to all sources
  docs            write the generated pages of docs/
  fresh [VERB]    run VERB (default: test) on HEAD in a new bare Debian 12; needs root

Each is safe to repeat. LANGONE_BUILD_DIR replaces build/, LANGONE_DATA_DIR the folder that has the
published networks in models/ (default: ../shared/data).
TEXT
}

export LANGONE_BUILD_DIR=${LANGONE_BUILD_DIR:-$PWD/build}
preset=dev

die() {
  echo "dev.sh: $*" >&2
  exit 2
}

# -- setup --------------------------------------------------------------------
packages=(
  # compilers (g++: the runtime alone), MLIR, LLVM, sanitizer runtimes
  clang-22 g++ lld-22 libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools libclang-rt-22-dev
  # building
  ccache cmake git ninja-build python3
  # libraries: runtime, tools, unit tests, benchmarks
  libexpected-dev libcli11-dev nlohmann-json3-dev libgtest-dev libbenchmark-dev
  # checks
  clang-format-22 clang-tidy-22 shellcheck
)

installed() {
  dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\n' "${packages[@]}" 2>/dev/null |
    sed -n 's/^ii  *//p' || true
}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

has_candidate() {
  apt-cache policy "$1" | grep --quiet 'Candidate: [^(]'
}

# LLVM 22 came to Debian 12 as a security update, which a bare installation may not list.
add_security_updates() {
  local list=/etc/apt/sources.list.d/langone-debian-security.sources
  echo "LLVM 22 is in bookworm-security, which apt does not list here: adding $list"
  as_root tee "$list" >/dev/null <<'SOURCES'
Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  as_root apt-get update -qq
}

setup() {
  local missing
  mapfile -t missing < <(comm -23 <(printf '%s\n' "${packages[@]}" | sort) <(installed | sort))
  [[ ${#missing[@]} -gt 0 ]] || return 0
  if ! grep --quiet '^VERSION_CODENAME=bookworm$' /etc/os-release; then
    die "setup knows Debian 12 only. Elsewhere install LLVM, MLIR and Clang 22 and the other packages" \
      "by hand, by the names Debian gives them: ${missing[*]}"
  fi
  [[ $(id -u) -eq 0 ]] || command -v sudo >/dev/null || die "needs root or sudo to install: ${missing[*]}"
  echo "installing: ${missing[*]}"
  as_root apt-get update -qq
  has_candidate libmlir-22-dev || add_security_updates
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends -qq "${missing[@]}" >/dev/null
}

# -- build --------------------------------------------------------------------
build() {
  setup
  cmake --preset "$preset" -B "$LANGONE_BUILD_DIR" --log-level=WARNING
  cmake --build "$LANGONE_BUILD_DIR" "$@"
}

demo() {
  build --target langone-opt langone_rt
  python3 tools/demo/demo.py "$@"
}

docs() {
  build --target docs
}

# -- test ---------------------------------------------------------------------
sources() {
  git ls-files -z --cached --others --exclude-standard -- '*.c' '*.cpp' '*.h'
}

format() {
  setup
  sources | xargs --null clang-format-22 -i
}

check_format() {
  sources | xargs --null clang-format-22 --dry-run --Werror
}

run_ctest() {
  ctest --test-dir "$LANGONE_BUILD_DIR" --output-on-failure --parallel "$(nproc)" "$@"
}

summary=()
failed=0

# Runs one named step in a subshell where its first failing command ends it.
step() {
  local name=$1 start=$SECONDS outcome=ok
  shift
  printf '\n== %s\n' "$name"
  set +e
  (set -e; "$@")
  local code=$?
  set -e
  if [[ $code -ne 0 ]]; then
    outcome=FAILED
    failed=1
  fi
  summary+=("$(printf '%-24s %6d s  %s' "$name" $((SECONDS - start)) "$outcome")")
}

summarize() {
  printf '\n'
  printf '%s\n' "${summary[@]}" "$(printf '%-24s %6d s' total "$SECONDS")"
  exit "$failed"
}

# Without a build the rest says nothing.
build_step() {
  step "setup" setup
  step "build" build
  [[ $failed -eq 0 ]] || summarize
}

# The planner's fuzzers, in a small build of their own: every source is instrumented.
fuzz() {
  local tree=$PWD/build-fuzz-planner
  cmake -S test/Fuzz/planner -B "$tree" -G Ninja -D CMAKE_CXX_COMPILER=clang++-22 \
    -D CMAKE_BUILD_TYPE=RelWithDebInfo --log-level=WARNING
  cmake --build "$tree"
  ctest --test-dir "$tree" --output-on-failure --parallel "$(nproc)"
}

check_tests() {
  step "unit tests" run_ctest --label-exclude .
  step "lit" cmake --build "$LANGONE_BUILD_DIR" --target check-langone
}

test_all() {
  build_step
  step "clang-format" check_format
  step "shellcheck" shellcheck tools/dev.sh .ci/run
  step "clang-tidy" python3 tools/tidy.py "$LANGONE_BUILD_DIR"
  check_tests
  step "fuzz" fuzz
  step "lit, round trip" cmake --build "$LANGONE_BUILD_DIR" --target check-langone-roundtrip
  local label
  for label in integration campaign install docs models; do
    step "$label" run_ctest --label-regex "^$label\$"
  done
  summarize
}

asan() {
  preset=asan
  export LANGONE_BUILD_DIR=$PWD/build-asan
  build_step
  check_tests
  summarize
}

# -- bench --------------------------------------------------------------------
benchmarks() {
  find test/Benchmark -name '*.py' -exec basename {} .py \; | sort
  echo models
}

# What the runtime is measured beside; nothing else needs them.
runtime_rivals=(
  libmimalloc2.0 libtcmalloc-minimal4 libjemalloc2 libtbbmalloc2 libboost-dev libfoonathan-memory-dev
  sqlite3 xz-utils
)

bench() {
  local what chosen=("$@")
  [[ $# -gt 0 ]] || mapfile -t chosen < <(benchmarks)
  [[ " ${chosen[*]} " != *" runtime "* ]] || packages+=("${runtime_rivals[@]}")
  build
  for what in "${chosen[@]}"; do
    printf '\n== %s\n' "$what"
    case $what in
      runtime)
        cmake -S . -B "$LANGONE_BUILD_DIR" -DLANGONE_RT_BUILD_BENCHMARKS=ON --log-level=WARNING
        cmake --build "$LANGONE_BUILD_DIR" --target langone-rt-benchmark langone_malloc
        python3 test/Benchmark/runtime.py
        ;;
      models) python3 test/Integration/models_test.py --markdown ;;
      *)
        [[ -f test/Benchmark/$what.py ]] || die "no such benchmark; there are:" "$(benchmarks | xargs)"
        python3 "test/Benchmark/$what.py"
        ;;
    esac
  done
}

# -- fresh --------------------------------------------------------------------
# The mounts live in a namespace of their own: they end with the command, whatever happens.
fresh() {
  local verb=${1:-test} root
  [[ $(id -u) -eq 0 ]] || die "fresh needs root, for debootstrap and chroot"
  command -v debootstrap >/dev/null || die "fresh needs the package debootstrap"
  root=$(mktemp --directory --tmpdir langone-fresh.XXXXXX)
  # shellcheck disable=SC2064  # root is local: expand it now
  trap "rm --recursive --force --one-file-system '$root'" EXIT
  echo "installing a bare Debian 12 into $root"
  debootstrap --variant=minbase --include=ca-certificates,git bookworm "$root" >"$root.log" ||
    die "debootstrap failed, see $root.log"
  rm --force "$root.log"
  # How this machine reaches the package registry.
  cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
  apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/99fresh"
  git clone --quiet --no-hardlinks . "$root/langone-resource"
  # shellcheck disable=SC2016  # expanded by the inner shell
  unshare --mount --propagation private bash -euc '
    mount --rbind /dev "$1/dev"
    mount -t proc proc "$1/proc"
    exec env --ignore-environment HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
      ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
      chroot "$1" bash -c "cd /langone-resource && bash tools/dev.sh $2"' fresh "$root" "$verb"
}

verb=${1:---help}
shift || true
case $verb in
  setup | build | demo | asan | format | docs | bench | fresh) "$verb" "$@" ;;
  test) test_all ;;
  -h | --help | help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
