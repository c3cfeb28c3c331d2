/** The systemd unit of the server, of an agent or of a Keeper (systemd.service(5), systemd.exec(5)). */
export interface UnitSettings {
  readonly description: string
  readonly node: string
  readonly checkout: string
  /** Below the checkout, and its arguments. */
  readonly program: readonly string[]
  readonly dataFolder: string
  readonly user: string | undefined
  /** Rotating disks are opened, written and taken off. */
  readonly media?: boolean
  /** Folders outside the data folder are read only; these are hidden from nobody. */
  readonly credential: 'encrypted' | 'plain' | undefined
  /** What root itself is left; absent: what a backup needs, whoever runs it. */
  readonly rootCapabilities?: readonly string[]
  /** `NAME=value`, of ours alone. */
  readonly environment?: readonly string[]
}

/** Where the server's key is kept for the service manager; sealed to the machine (TPM or host key) where it can be. */
export const CREDENTIAL = 'toride-system-key'
export const CREDENTIAL_FILES = {
  encrypted: `/etc/credstore.encrypted/${CREDENTIAL}`,
  plain: `/etc/credstore/${CREDENTIAL}`,
}

/** Disks and FUSE; mount points are made below the runtime directory. */
const MEDIA_DEVICES = `DevicePolicy=closed
DeviceAllow=block-* rw
DeviceAllow=/dev/fuse rw
RuntimeDirectory=toride-media`

/**
 * Hardening: everything but the data folder is read only. Kept are the capabilities that a backup needs: reading every
 * file of a source (DAC_READ_SEARCH), the immutable attribute of locks (LINUX_IMMUTABLE). Only who uses rotating disks
 * gives more: opening a disk (SYS_ADMIN), writing into one that another machine formatted (DAC_OVERRIDE), disk devices.
 */
export function unitFile(settings: UnitSettings): string {
  const { description, node, checkout, program, dataFolder, user, media, credential, rootCapabilities } = settings
  const { environment = [] } = settings
  const command = [node, '--disable-warning=ExperimentalWarning', '--import', './tools/jsx-hook.mjs', ...program]
  const forDisks = media ? ['CAP_SYS_ADMIN', 'CAP_DAC_OVERRIDE'] : []
  const needed = rootCapabilities ?? ['CAP_DAC_READ_SEARCH', 'CAP_LINUX_IMMUTABLE']
  const capabilities = [...needed, ...forDisks].join(' ')
  const loaded = { encrypted: 'LoadCredentialEncrypted', plain: 'LoadCredential' }
  return `[Unit]
Description=${description}
After=network.target local-fs.target remote-fs.target
RequiresMountsFor=${value(dataFolder)}

[Service]
Type=exec
WorkingDirectory=${path(checkout)}
${environment.map((one) => `Environment=${one}\n`).join('')}ExecStart=${command.map(argument).join(' ')}
Restart=on-failure
RestartSec=10
KillSignal=SIGTERM
TimeoutStopSec=60
${user === undefined ? '' : `User=${user}\n`}${credential === undefined ? '' : `${loaded[credential]}=${CREDENTIAL}:${CREDENTIAL_FILES[credential]}\n`}UMask=0077
${rootCapabilities ? '' : `AmbientCapabilities=${capabilities}\n`}CapabilityBoundingSet=${capabilities}
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=${value(dataFolder)}
PrivateTmp=yes
${media ? MEDIA_DEVICES : 'PrivateDevices=yes'}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`
}

/** systemd reads % as a specifier. */
const percent = (text: string): string => text.replaceAll('%', '%%')
/** A path that stands alone on its line is not quoted, whatever blanks it holds. */
const path = percent
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
const value = (text: string): string => quoted(percent(text))
/** In ExecStart a $ would be a variable. */
const argument = (text: string): string => quoted(percent(text).replaceAll('$', '$$$$'))
