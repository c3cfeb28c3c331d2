#!/usr/bin/env bash
# Makes a small real disk that boots: BIOS, GRUB, Debian's kernel, one ext4 partition, nothing mounted on this machine.
#   test/disk/guest.sh IMAGE
# Its guest writes "toride-guest boot N" to the serial line, N counted on its own disk, and turns itself off.
# From Debian's packages, without installing them; kept in a cache beside the image's folder between runs.
set -euo pipefail
image=$1
cache=${TORIDE_GUEST_CACHE:-/var/tmp/toride-guest}
if [ ! -e "$cache/ready" ]; then
  rm -rf "$cache" && mkdir -p "$cache/debs" "$cache/root"
  kernel=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2 }')
  (cd "$cache/debs" && apt-get -qq -o APT::Sandbox::User=root download "$kernel" busybox-static grub-pc-bin grub-common >&2)
  for deb in "$cache"/debs/*.deb; do dpkg-deb -x "$deb" "$cache/root"; done
  rm -r "$cache/debs"
  touch "$cache/ready"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$cache/root
modules=$(echo "$root"/lib/modules/*)

# What the kernel starts: drivers, the disk, a count, off.
mkdir -p "$work/initrd/bin" "$work/initrd/modules"
cp "$root/bin/busybox" "$work/initrd/bin/"
wanted="virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk"
for name in $wanted; do
  found=$(find "$modules" -name "$name.ko")
  [ -z "$found" ] || cp "$found" "$work/initrd/modules/"
done
cat >"$work/initrd/init" <<INIT
#!/bin/busybox sh
/bin/busybox mkdir -p /proc /dev /disk
/bin/busybox mount -t proc none /proc
/bin/busybox mount -t devtmpfs none /dev
for name in $wanted; do [ ! -e /modules/\$name.ko ] || /bin/busybox insmod /modules/\$name.ko; done
/bin/busybox mount -t ext4 /dev/vda1 /disk
echo boot >>/disk/boots
/bin/busybox sync
echo "toride-guest boot \$(/bin/busybox wc -l </disk/boots)"
/bin/busybox umount /disk
/bin/busybox poweroff -f
INIT
chmod +x "$work/initrd/init"
ln -s busybox "$work/initrd/bin/sh"
(cd "$work/initrd" && find . | "$root/bin/busybox" cpio -o -H newc 2>/dev/null | gzip -1) >"$work/initrd.gz"

# Its one partition, from 1 MiB on.
mkdir -p "$work/files/boot"
cp "$root"/boot/vmlinuz-* "$work/files/boot/vmlinuz"
cp "$work/initrd.gz" "$work/files/boot/initrd.gz"
echo 'synthetic, no patient' >"$work/files/readme.txt"
truncate -s 47M "$work/part"
mke2fs -q -t ext4 -O ^metadata_csum,^64bit -d "$work/files" "$work/part"

# GRUB's first sector, its core behind it, and the table between.
cat >"$work/load.cfg" <<'CFG'
set root=(hd0,msdos1)
linux /boot/vmlinuz console=ttyS0 panic=-1 quiet
initrd /boot/initrd.gz
boot
CFG
"$root/usr/bin/grub-mkimage" -d "$root/usr/lib/grub/i386-pc" -O i386-pc -p '(hd0,msdos1)/' -c "$work/load.cfg" \
  -o "$work/core.img" biosdisk part_msdos ext2 linux
truncate -s 48M "$image"
dd if="$root/usr/lib/grub/i386-pc/boot.img" of="$image" bs=440 count=1 conv=notrunc status=none
dd if="$work/core.img" of="$image" bs=512 seek=1 conv=notrunc status=none
dd if="$work/part" of="$image" bs=1M seek=1 conv=notrunc,sparse status=none
# Bootable, type 83, from sector 2048 on, 96256 sectors; and the mark of a table.
printf '\x80\x20\x21\x00\x83\xff\xff\xff\x00\x08\x00\x00\x00\x78\x01\x00' |
  dd of="$image" bs=1 seek=446 conv=notrunc status=none
printf '\x55\xaa' | dd of="$image" bs=1 seek=510 conv=notrunc status=none
