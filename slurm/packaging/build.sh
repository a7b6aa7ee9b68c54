#!/bin/bash
# build.sh PREFIX: the packages of a Debian 12, then the program, installed below PREFIX.
# The container recipes run it, as root.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(mktemp -d)
trap 'rm -rf -- "$build"' EXIT

apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  build-essential cmake ninja-build pkg-config libopenmpi-dev openmpi-bin libhdf5-openmpi-dev \
  libgsl-dev librandom123-dev libxxhash-dev libjansson-dev libyaml-dev libisal-dev \
  libxgboost-dev

cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF \
  -DCMAKE_INSTALL_PREFIX="$1"
cmake --build "$build"
cmake --install "$build"
