#!/usr/bin/env bash
# Fetches the newest restic and rest-server that Debian packages hold, for tests and measurements, without installing them:
#   tools/peers.sh [DIR]        prints the path of restic; DIR defaults to /var/tmp/toride-peers
# They come from Debian's unstable suite through the apt sources that this machine has already; static Go programs.
set -euo pipefail
dir=${1:-/var/tmp/toride-peers}
if [ -x "$dir/bin/restic" ] && [ -x "$dir/bin/restic-rest-server" ]; then
  echo "$dir/bin/restic"
  exit 0
fi
mkdir -p "$dir"/{lists/partial,cache/archives/partial,parts,deb,bin}
dir=$(cd "$dir" && pwd)
uri=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
  awk '/^URIs:/ { print $2; exit } /^deb / { for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) { print $i; exit } }' || true)
if [ -z "$uri" ]; then
  echo "peers.sh: no Debian package source found on this machine" >&2
  exit 1
fi
# The keyring of a stable release signs unstable too, so apt checks what it downloads as always.
signed=
for keyring in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
  [ -f "$keyring" ] && signed="[signed-by=$keyring]"
done
echo "deb $signed $uri sid main" >"$dir/sources.list"
options=(-o "Dir::State::Lists=$dir/lists" -o "Dir::Etc::SourceList=$dir/sources.list" -o "Dir::Etc::SourceParts=$dir/parts"
  -o "Dir::Cache=$dir/cache" -o "APT::Sandbox::User=root"
  # A mirror that lags behind still serves what the archive signed.
  -o "Acquire::Check-Valid-Until=false")
apt-get "${options[@]}" -qq update >&2
(cd "$dir/deb" && apt-get "${options[@]}" -qq download restic restic-rest-server >&2)
for package in "$dir"/deb/*.deb; do dpkg -x "$package" "$dir/root"; done
cp "$dir"/root/usr/bin/restic{,-rest-server} "$dir/bin/"
echo "$dir/bin/restic"
