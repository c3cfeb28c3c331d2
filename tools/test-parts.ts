/**
 * What the tests use besides npm packages: programs that judge us (restic, Chromium, …) from Debian's packages, and the
 * newest restic and rest-server. Installs what is missing where it can (root on Debian); names what it cannot, and the suites
 * that need it skip themselves with the same words.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Program that proves the package is there, and the Debian package. */
const PARTS: readonly { program: string; debianPackage: string; usedBy: string }[] = [
  { program: '/usr/bin/restic', debianPackage: 'restic', usedBy: 'restic format (oldest supported reader)' },
  { program: '/usr/bin/rclone', debianPackage: 'rclone', usedBy: 'REST storage (the second server)' },
  { program: '/usr/bin/time', debianPackage: 'time', usedBy: 'measuring' },
  { program: '/usr/bin/setfattr', debianPackage: 'attr', usedBy: 'extended attributes' },
  { program: '/usr/bin/chromium', debianPackage: 'chromium', usedBy: 'browser' },
  { program: '/usr/bin/firefox-esr', debianPackage: 'firefox-esr', usedBy: 'the second browser' },
  {
    program: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    debianPackage: 'fonts-noto-cjk',
    usedBy: 'browser',
  },
  { program: '/usr/bin/xorriso', debianPackage: 'xorriso', usedBy: 'ISO files of emergency discs' },
  { program: '/usr/bin/pdftotext', debianPackage: 'poppler-utils', usedBy: 'print' },
  { program: '/usr/lib/postgresql/15/bin/postgres', debianPackage: 'postgresql-15', usedBy: 'database' },
  { program: '/usr/sbin/mariadbd', debianPackage: 'mariadb-server', usedBy: 'dumps of databases' },
  { program: '/usr/bin/mariadb-dump', debianPackage: 'mariadb-client', usedBy: 'dumps of databases' },
  { program: '/usr/sbin/smbd', debianPackage: 'samba', usedBy: 'Windows shares' },
  { program: '/usr/bin/smbclient', debianPackage: 'smbclient', usedBy: 'Windows shares' },
  { program: '/usr/bin/fusermount3', debianPackage: 'fuse3', usedBy: 'Windows shares' },
  { program: '/usr/sbin/mkfs.exfat', debianPackage: 'exfatprogs', usedBy: 'media with exFAT' },
  { program: '/usr/sbin/mount.exfat-fuse', debianPackage: 'exfat-fuse', usedBy: 'media with exFAT' },
  { program: '/usr/bin/ntfs-3g', debianPackage: 'ntfs-3g', usedBy: 'media with NTFS' },
  { program: '/usr/bin/zbarimg', debianPackage: 'zbar-tools', usedBy: 'barcodes of labels' },
  {
    program: '/usr/lib/libreoffice/program/libswlo.so',
    debianPackage: 'libreoffice-writer-nogui',
    usedBy: 'DOCX and XLSX by an outside judge',
  },
  {
    program: '/usr/lib/libreoffice/program/libsclo.so',
    debianPackage: 'libreoffice-calc-nogui',
    usedBy: 'DOCX and XLSX by an outside judge',
  },
  { program: '/usr/bin/unzip', debianPackage: 'unzip', usedBy: 'zip files and DOCX by an outside judge' },
  { program: '/usr/bin/qpdf', debianPackage: 'qpdf', usedBy: 'PDF by outside judges' },
  { program: '/usr/bin/mutool', debianPackage: 'mupdf-tools', usedBy: 'PDF by outside judges' },
  { program: '/usr/bin/qemu-img', debianPackage: 'qemu-utils', usedBy: 'disk images' },
  {
    program: '/usr/bin/qemu-system-x86_64',
    debianPackage: 'qemu-system-x86',
    usedBy: 'a machine started from a backup',
  },
  { program: '/usr/share/seabios/bios-256k.bin', debianPackage: 'seabios', usedBy: 'a machine started from a backup' },
  { program: '/usr/bin/bwrap', debianPackage: 'bubblewrap', usedBy: 'isolated restore tests' },
  { program: '/usr/sbin/clamd', debianPackage: 'clamav-daemon', usedBy: 'scans of restored data' },
  { program: '/usr/bin/curl', debianPackage: 'curl', usedBy: 'the Keeper by another client' },
  { program: '/usr/bin/pgrep', debianPackage: 'procps', usedBy: 'programs that serve a disk' },
  { program: '/usr/bin/ceph-mon', debianPackage: 'ceph-mon', usedBy: 'S3 with Object Lock' },
  { program: '/usr/bin/ceph-osd', debianPackage: 'ceph-osd', usedBy: 'S3 with Object Lock' },
  { program: '/usr/bin/radosgw', debianPackage: 'radosgw', usedBy: 'S3 with Object Lock' },
]

export function installTestParts(): void {
  installPackages(PARTS.filter((part) => !existsSync(part.program)))
  // The newest restic beside Debian's. Where it cannot be had its tests say so.
  if (canInstall()) spawnSync('bash', ['tools/peers.sh'], { stdio: 'ignore', timeout: 120_000 })
}

function installPackages(missing: readonly (typeof PARTS)[number][]): void {
  if (missing.length === 0) return
  if (canInstall()) {
    console.error(`installing for the tests: ${missing.map((part) => part.debianPackage).join(' ')}`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['-qq', 'update'], { env, stdio: 'ignore' })
    const packages = missing.map((part) => part.debianPackage)
    spawnSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  for (const part of missing.filter((part) => !existsSync(part.program)))
    console.error(`not here: ${part.debianPackage} (tests of ${part.usedBy} will be skipped)`)
}

function canInstall(): boolean {
  return (
    process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && /debian/.test(readFileSync('/etc/os-release', 'utf8'))
  )
}
