#!/usr/bin/env bash
# Rebuilds src/restic/kernel/kernel.wasm from the C sources beside it and Debian's libzstd source package.
#   bash tools/build-kernel.sh [OUT]       default: src/restic/kernel/kernel.wasm, and its hash file
# Needs Debian 12's clang, lld and wasi-libc; the source package comes through the machine's own apt sources into a
# private folder, checked against the hash below. The same tools give the same bytes: test/restic/kernel.test.ts proves it.
set -euo pipefail
cd "$(dirname "$0")/.."
kernel=src/restic/kernel
out=${1:-$kernel/kernel.wasm}
# libzstd 1.5.4 as Debian 12 ships it.
zstd_sha256=8cf4bbb65e77ec348d052c8d6230eba66d435bddf64c8b5be2fcb16880c19953
cache=${TORIDE_BUILD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/toride-kernel}
mkdir -p "$cache"/apt/{lists/partial,cache/archives/partial,parts} "$cache/source"
cache=$(cd "$cache" && pwd)

if ! echo "$zstd_sha256  $cache/zstd.orig.tar.xz" | sha256sum --check --status 2>/dev/null; then
  uri=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
    awk '/^URIs:/{print $2; exit} /^deb /{for(i=2;i<=NF;i++) if($i ~ /:\/\//){print $i; exit}}' || true)
  [ -n "$uri" ] || { echo "build-kernel.sh: no apt source found" >&2; exit 1; }
  echo "deb-src $uri bookworm main" >"$cache/apt/sources.list"
  options=(-o "Dir::State::Lists=$cache/apt/lists" -o "Dir::Etc::SourceList=$cache/apt/sources.list"
    -o "Dir::Etc::SourceParts=$cache/apt/parts" -o "Dir::Cache=$cache/apt/cache" -o "APT::Sandbox::User=root")
  apt-get "${options[@]}" -qq update
  (cd "$cache" && apt-get "${options[@]}" -qq source --download-only libzstd && mv libzstd_*.orig.tar.xz zstd.orig.tar.xz)
  echo "$zstd_sha256  $cache/zstd.orig.tar.xz" | sha256sum --check --quiet
fi
tar -xJf "$cache/zstd.orig.tar.xz" -C "$cache/source" --strip-components=1
zstd=$cache/source/lib

# Only the levels that the engine uses: the optimal parser and the dictionary builder stay out.
clang --target=wasm32-wasi --sysroot=/usr -O3 -mbulk-memory -msimd128 -DNDEBUG -DZSTD_DISABLE_ASM=1 \
  -DZSTD_LEGACY_SUPPORT=0 -DXXH_NAMESPACE=ZSTD_ -nostdlib -ffile-prefix-map="$cache=." -I"$kernel" -I"$zstd" -I"$zstd/common" \
  -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=262144 -o "$out" \
  "$kernel"/*.c "$zstd"/common/{debug,entropy_common,error_private,fse_decompress,xxhash,zstd_common}.c \
  "$zstd"/compress/{fse,hist,huf,zstd}*.c "$zstd"/decompress/*.c -lc
if [ "$out" = "$kernel/kernel.wasm" ]; then (cd "$kernel" && sha256sum kernel.wasm >kernel.wasm.sha256); fi
echo "$(stat -c %s "$out") bytes, sha256 $(sha256sum "$out" | cut -c1-64)"
