#!/bin/bash
# From a bare Debian 12 to a corpus or to test results, as root or with sudo.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

build_packages=(
  build-essential cmake ninja-build pkg-config
  libopenmpi-dev openmpi-bin libhdf5-openmpi-dev
  libgsl-dev librandom123-dev libxxhash-dev libjansson-dev libyaml-dev libisal-dev
  libxgboost-dev
)
test_packages=(
  libcriterion-dev clang clang-tidy clang-format libclang-rt-14-dev
  python3-minimal python3-h5py python3-numpy python3-pandas python3-sklearn python3-xgboost
  hdf5-tools shellcheck git slurm-wlm munge libpmix-dev prometheus python3-matplotlib
)

# Open MPI starts nothing as root, and no more ranks than cores, unless told so.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1

usage() {
  cat <<'END'
Usage: ./run.sh corpus [option of synfin generate...]
       ./run.sh test [option of ctest...]

corpus  Installs what is missing, builds, and makes a corpus on all cores:
        ./corpus.h5, which a later run replaces, or the file given by -o,
        which is replaced only with --force. RANKS sets the number of ranks.
test    Installs what is missing, builds, and runs the tests. Those that take
        hours are run by: ./run.sh test -C long -L long
END
}

fail() {
  echo "run.sh: $*" >&2
  exit 1
}

# Installs those of the named packages that are not installed.
install_packages() {
  local missing=() package elevate=()
  for package in "$@"; do
    if [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
      missing+=("$package")
    fi
  done
  if ((${#missing[@]} == 0)); then
    return
  fi
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "as root, run: apt-get install --no-install-recommends ${missing[*]}"
    elevate=(sudo)
  fi
  echo "Installing ${missing[*]}"
  "${elevate[@]}" apt-get update -qq
  "${elevate[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build_tree WITH_TESTS [target...]: WITH_TESTS is ON or OFF, or empty to leave
# a tree that is already configured as it is.
build_tree() {
  local with_tests=$1 configure=(--preset release --log-level=WARNING)
  shift
  if [[ -n $with_tests ]]; then
    configure+=(-DBUILD_TESTING="$with_tests")
  fi
  (
    cd "$root"
    cmake "${configure[@]}" >/dev/null
    cmake --build build --parallel "$(nproc)" ${1:+--target "$@"}
  )
}

# The file that the given options of `synfin generate` write, if they name one.
output_option() {
  while (($# > 0)); do
    case $1 in
      -o | --output) echo "${2-}" && return ;;
      --output=*) echo "${1#--output=}" && return ;;
      -o*) echo "${1#-o}" && return ;;
    esac
    shift
  done
}

make_corpus() {
  local output options=("$@") with_tests=OFF
  install_packages "${build_packages[@]}"
  if [[ -e $root/build/CMakeCache.txt ]]; then
    with_tests=
  fi
  build_tree "$with_tests" synfin

  output=$(output_option "$@")
  if [[ -z $output ]]; then
    output=corpus.h5
    options+=(--output "$output" --force)
  fi
  mpirun --quiet -n "${RANKS:-$(nproc)}" "$root/build/synfin" generate "${options[@]}"

  output=$(realpath "$output")
  echo
  "$root/build/synfin" inspect "$output" summary
  cat <<END

The corpus is in $output. To open it from Python (package python3-h5py):

    import h5py
    corpus = h5py.File("$output")
    amount = corpus["transactions/amount"]
    print(amount.attrs["unit"], amount[:10])
END
}

# Ends with a line "N passed, N failed" (", N skipped" if any) and the exit
# code of ctest.
run_tests() {
  local results=$root/build/ctest.xml code=0
  install_packages "${build_packages[@]}" "${test_packages[@]}"
  build_tree ON

  # One more than there are cores, as some tests mostly wait, for Slurm above all.
  rm -f "$results"
  ctest --test-dir "$root/build" --parallel "$(($(nproc) + 1))" --output-on-failure --no-tests=error \
    --output-junit "$results" "$@" || code=$?
  if [[ -e $results ]]; then
    awk '/<testcase / { ++total }
         /<testcase .* status="run"/ { ++passed }
         /<skipped message="SKIP_/ { ++skipped }
         END {
           printf "%d passed, %d failed", passed, total - passed - skipped
           print skipped ? ", " skipped " skipped" : ""
         }' "$results"
  fi
  return "$code"
}

case ${1-} in
  corpus)
    shift
    make_corpus "$@"
    ;;
  test)
    shift
    run_tests "$@"
    ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
