/** Starting an institution: opened, listening, taken up where it was left, with its first sign-in told to the caller. */
import { type Clock, isAppError } from '#base'
import { NIGHTLY, type SourceInput, whereItLeads } from '#vault'
import { protectOwn, setUpSample, type Tell } from './first-run.ts'
import type { TlsPair } from '#tls'
import { listen } from '#web'
import { ownCertificate } from './own-certificate.ts'
import type { BeginRecovered } from './services/recover.ts'
import { type Institution, openInstitution } from './institution.ts'
import { type OwnBeginning, serve, type Server } from './serve.ts'

export interface StartOptions {
  readonly kind: 'sample' | 'own'
  readonly dataFolder: string
  readonly institutionName: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** `own`: the certificate that this server makes for itself. Absent: unencrypted. */
  readonly tls?: TlsPair | 'own'
  readonly clock: Clock
  readonly version: string
  readonly commandsFile?: string | undefined
  readonly tell: Tell
  readonly onListening?: () => void
  readonly onError: (error: unknown) => void
  /** How a sample server starts the clinic's own beside itself. */
  readonly beginOwn?: (input: SourceInput) => Promise<OwnBeginning>
  readonly beginRecovered?: BeginRecovered
  /** The first account's name on screen. */
  readonly administratorName: string
}

export interface Started {
  readonly institution: Institution
  readonly server: Server
  /** Present until somebody has set a password. */
  readonly firstSignIn: { readonly loginName: string; readonly code: string } | undefined
}

const NOBODY = { fetch: () => new Response(null, { status: 503 }) }

export async function startInstitution(options: StartOptions): Promise<Started> {
  const { kind, clock, version, dataFolder } = options
  // A port in use must be told before anything is made: the folder would change what the next start does.
  if (options.port !== 0) await (await listen(NOBODY, options.host, options.port)).close()
  const fresh = { kind, institution: options.institutionName, createdAt: clock.now() }
  const { commandsFile } = options
  const institution = await openInstitution({ dataFolder, fresh, clock, version, commandsFile })
  try {
    const tls = options.tls === 'own' ? await ownCertificate(dataFolder, options.host, clock) : options.tls
    const server = await serve(institution, { ...options, tls })
    options.onListening?.()
    await prepare(institution, options.tell)
    return { institution, server, firstSignIn: await firstSignIn(institution, options.administratorName) }
  } catch (error) {
    await institution.close()
    throw error
  }
}

async function prepare(institution: Institution, tell: Tell): Promise<void> {
  const { vault, keys } = institution
  // Without the system's key everything waits for the first person who signs in.
  if (!keys.backupIsOpen) return
  await vault.runs.recover()
  await vault.instants.recover()
  await vault.ensureOwnState()
  if (vault.isSample) await setUpSample(institution, tell)
}

/** The first account. In a clinic the director starts it: a doctor who also administers; others are added on screen. */
async function firstSignIn({ access }: Institution, displayName: string): Promise<Started['firstSignIn']> {
  const first = await access.people.firstAdministrator({
    loginName: 'admin',
    displayName,
    profession: 'doctor',
    duties: ['administrator', 'director'],
  })
  return first && { loginName: first.person.loginName, code: first.code }
}

/** Protects folders of one's own: an SS-MIX2 storage is recognised by its patient folders. */
export async function protectFolders(
  institution: Institution,
  paths: readonly string[],
  name: string,
  tell: Tell,
): Promise<void> {
  const { kind } = institution.vault.trySource({ kind: 'folder', name, paths })
  await protectOwn(institution, { kind, name, paths, schedule: NIGHTLY }, tell)
}

/**
 * Starts the clinic's own institution beside a running sample, once: what was begun is answered again. The first backup
 * goes on in the background; its progress is on the own server's screen.
 */
export function ownBeside(
  start: (input: SourceInput) => Promise<Started>,
): (input: SourceInput) => Promise<OwnBeginning> {
  let begun: Promise<Started> | undefined
  return async (input) => {
    begun ??= start(input)
    try {
      const { institution, server, firstSignIn: first } = await begun
      const { vault, clock } = institution
      const paths = input.paths.map(whereItLeads)
      const known = (await vault.sources()).find((source) => source.paths.some((path) => paths.includes(path)))
      const source = known ?? (await vault.addSource(input))
      await vault.runs.runThenOwnState(source.id, clock.now()).catch((error: unknown) => {
        if (!isAppError(error, 'VAULT_RUN_IN_PROGRESS')) throw error
      })
      // The code goes with the first password: later sources find it used.
      const isOpen = (await institution.access.people.list()).every((person) => person.waitsForFirstSignIn)
      return { url: server.url, ...(first && isOpen ? { firstSignIn: first } : {}) }
    } catch (error) {
      begun = undefined
      throw error
    }
  }
}
