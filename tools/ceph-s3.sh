#!/usr/bin/env bash
# A Ceph object gateway of one's own for tests: S3 with versions and Object Lock, in memory, on loopback only.
#   tools/ceph-s3.sh DIR S3PORT MONPORT      prints "ready" and runs until its standard input ends
# All is gone at the end, DIR too, also when the caller was killed.
# Users: "owner" (OWNERKEY / ownersecret) and "writer" (WRITERKEY / writersecret), who may only what a policy gives.
# Needs: ceph-mon ceph-osd radosgw (apt-get install --no-install-recommends).
set -euo pipefail
dir=$1 s3_port=$2 mon_port=$3
mkdir -p "$dir"/{mon,osd}
cat >"$dir/conf" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon initial members = a
mon host = v2:127.0.0.1:$mon_port
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
auth cluster required = none
auth service required = none
auth client required = none
keyring = $dir/keyring
run dir = $dir
admin socket =
log file = $dir/\$name.log
crash dir = $dir
# One disk, one copy, and few placement groups: the pools must come at once.
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 5000
# Works on a disk that is nearly full as well.
mon data avail crit = 1
mon data avail warn = 1
# Without it a client that meets a new map waits five seconds.
objecter tick interval = 0.5
mon client hunt interval = 0.5
[mon]
mon data = $dir/mon
auth allow insecure global id reclaim = true
paxos propose interval = 0.05
paxos min wait = 0.01
[osd]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd class load list = *
osd class default list = *
[client.rgw]
# The built-in "secure only" cannot be spoken without keys: the gateway would hang.
ms mon client mode = crc
rgw frontends = beast endpoint=127.0.0.1:$s3_port tcp_nodelay=1
rgw enable apis = s3
rgw enable usage log = false
rgw run sync thread = false
rgw override bucket index max shards = 1
CONF

pids=()
stop() {
  # Bash would report each of its own that it killed.
  exec 2>/dev/null
  # The gateway takes seconds to end politely and holds nothing.
  [ ${#pids[@]} = 0 ] || kill -KILL "${pids[@]}" || true
  wait || true
  rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP
# A daemon must not hold our standard input or output: the caller waits for their end.
daemon() {
  local name=$1
  shift
  "$@" -c "$dir/conf" -f </dev/null >"$dir/$name.out" 2>&1 &
  pids+=($!)
}

monmaptool --create --fsid "$(sed -n 's/^fsid = //p' "$dir/conf")" --addv a "[v2:127.0.0.1:$mon_port]" "$dir/map" >/dev/null
ceph-mon -c "$dir/conf" -i a --mkfs --monmap "$dir/map" >/dev/null
daemon mon ceph-mon -i a
uuid=$(cat /proc/sys/kernel/random/uuid)
ceph -c "$dir/conf" --connect-timeout 30 osd new "$uuid" >/dev/null
ceph-osd -c "$dir/conf" -i 0 --mkfs --osd-uuid "$uuid" >"$dir/mkfs.out" 2>&1
daemon osd ceph-osd -i 0
daemon rgw radosgw -n client.rgw
for name in owner writer; do
  radosgw-admin -c "$dir/conf" -n client.rgw user create --uid="$name" --display-name="$name" \
    --access-key="${name^^}KEY" --secret-key="${name}secret" >/dev/null
done
until (exec 3<>"/dev/tcp/127.0.0.1/$s3_port") 2>/dev/null; do
  kill -0 "${pids[@]}"
  sleep 0.05
done
echo ready
cat >/dev/null
