/**
 * Composition root of the server: `npm start` (the sample, or one's own once there is one), `npm start -- --source DIR`.
 * Options: --source DIR (several: one storage of several roots) · --name TEXT (of the source) · --institution TEXT · --sample · --data DIR · --port N ·
 * --host ADDRESS (other than loopback: encrypted, with --tls-key FILE --tls-cert FILE or a certificate of its own; --unencrypted behind
 * a proxy that encrypts) · --commands FILE (what may be started here; else TORIDE_COMMANDS, else /etc/toride/commands.json)
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError, isAppError, systemClock as clock } from '#base'
import {
  type BeginRecovered,
  givenCertificate,
  needsTls,
  ownBeside,
  protectFolders,
  recover,
  type Started,
  startInstitution,
  type StartOptions,
  startTexts,
  terminalLanguage,
  type Tell,
} from '#server'
import { INSIDE, peekDataFolder } from '#vault'
import { errorSentences } from '#web'
import packageJson from '../package.json' with { type: 'json' }

const language = terminalLanguage()
const texts = startTexts(language)
const say = (text: string): void => console.log(text)
const tell: Tell = (step, done = {}, failure) => {
  say(`${step === 'restore-test-failed' ? '×' : '✓'} ${texts.making[step](done)}`)
  if (!failure) return
  const { what, why, next } = errorSentences(failure, language)
  say(`  ${what}\n  ${why}\n  ${next}\n  ${failure}`)
}
const onError = (error: unknown): void => console.error(isAppError(error) ? error.message : error)

interface Options {
  readonly sources: readonly string[]
  /** Of the source. */
  readonly name: string | undefined
  readonly institution: string | undefined
  readonly kind: 'sample' | 'own'
  readonly dataFolder: string
  readonly host: string
  readonly port: number
  readonly tls: StartOptions['tls']
  readonly commandsFile: string | undefined
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        source: { type: 'string', multiple: true, default: [] },
        name: { type: 'string' },
        institution: { type: 'string' },
        sample: { type: 'boolean', default: false },
        data: { type: 'string' },
        commands: { type: 'string' },
        port: { type: 'string', default: '8470' },
        host: { type: 'string', default: '127.0.0.1' },
        'tls-key': { type: 'string' },
        'tls-cert': { type: 'string' },
        unencrypted: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new AppError('BASE_CONFIG_INVALID', { context: { option: 'port' } })
    const sources = values.source.map(fromCaller)
    const given = values.data === undefined ? undefined : fromCaller(values.data)
    const kind = kindOf(values.sample, sources, given)
    const { name, institution } = values
    const commands = values.commands ?? process.env['TORIDE_COMMANDS']
    return {
      sources,
      name,
      institution,
      kind,
      dataFolder: given ?? defaultFolder(kind),
      host: values.host,
      port,
      tls: tlsOf(values),
      commandsFile: commands === undefined ? undefined : fromCaller(commands),
    }
  } catch (cause) {
    throw isAppError(cause) ? cause : new AppError('BASE_CONFIG_INVALID', { cause })
  }
}

/** Nothing of a patient goes over the house's network in the clear unless somebody says so. */
function tlsOf(values: {
  host: string
  unencrypted: boolean
  'tls-key'?: string | undefined
  'tls-cert'?: string | undefined
}): StartOptions['tls'] {
  const [key, cert] = [values['tls-key'], values['tls-cert']]
  if (key !== undefined && cert !== undefined) return givenCertificate(fromCaller(key), fromCaller(cert))
  if (key !== undefined || cert !== undefined)
    throw new AppError('BASE_CONFIG_INVALID', { context: { option: '--tls-key --tls-cert' } })
  return needsTls(values.host) && !values.unencrypted ? 'own' : undefined
}

/** The sample, until there is something of one's own. A folder that is there says itself what it is. */
function kindOf(wantsSample: boolean, sources: readonly string[], dataFolder: string | undefined): 'sample' | 'own' {
  if (wantsSample) return 'sample'
  if (sources.length > 0 || dataFolder !== undefined) return 'own'
  return peekDataFolder(defaultFolder('own')) ? 'own' : 'sample'
}

/** npm changes into the package's folder; a relative path means the folder where the person was. */
function fromCaller(path: string): string {
  return resolve(process.env['TORIDE_CALLED_FROM'] ?? process.cwd(), path)
}

function defaultFolder(kind: 'sample' | 'own'): string {
  const base = process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share')
  return join(base, kind === 'sample' ? 'toride-sample' : 'toride')
}

async function start(options: Options, more: Partial<StartOptions> = {}): Promise<Started> {
  return startInstitution({
    ...options,
    institutionName: options.kind === 'sample' ? texts.sampleName : (options.institution ?? ''),
    administratorName: texts.administrator,
    clock,
    version: packageJson.version,
    tell,
    onError,
    ...more,
  })
}

/** As browsers show it. */
const fingerprint = (hex: string): string => hex.toUpperCase().match(/../g)!.join(':')

function tellSignIn({ server, firstSignIn, institution }: Started): void {
  say('')
  if (institution.vault.isSample) say(texts.sampleNote)
  say(texts.address(server.url))
  if (server.certificate !== undefined) say(texts.certificate(fingerprint(server.certificate)))
  else if (needsTls(new URL(server.url).hostname)) say(texts.unencrypted)
  say(signInText(institution.folder.path, firstSignIn))
  if (!institution.keys.backupIsOpen) say(texts.waitingForKeys)
  if (institution.ledgerAlarm) say(texts.ledgerAlarm)
}

/** What a service prints stays in the system's journal for months: a secret goes into a file of the owner's instead. */
function signInText(folder: string, first: Started['firstSignIn']): string {
  const file = join(folder, INSIDE.firstSignIn)
  rmSync(file, { force: true })
  if (!first) return texts.signInAgain
  const text = texts.signIn(first.loginName, first.code)
  if (process.env['JOURNAL_STREAM'] === undefined) return text
  writeFileSync(file, `${text}\n`, { mode: 0o600 })
  return texts.signInFile(file)
}

function tellError(error: unknown): void {
  if (isAppError(error, 'BASE_CONFIG_INVALID')) {
    const detail = error.cause instanceof Error ? error.cause.message.split('. ')[0]! : String(error.context['option'])
    console.error(`\n${texts.wrongOption(detail)}\n(BASE_CONFIG_INVALID)`)
    return
  }
  const code = isAppError(error) ? error.code : 'BASE_BUG'
  const { what, why, next } = errorSentences(code, language)
  console.error(`\n${what}\n${why}\n${next}\n(${code})`)
  if (!isAppError(error)) console.error(error)
}

function endOnSignal(started: readonly Started[]): void {
  const end = async (): Promise<void> => {
    for (const { server } of started) await server.close()
    say(texts.stopped)
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end())
}

async function main(): Promise<void> {
  const options = readOptions()
  for (const source of options.sources)
    if (!existsSync(source)) throw new AppError('VAULT_SOURCE_UNREADABLE', { context: { system: 'ENOENT' } })
  const running: Started[] = []
  say(`砦 Toride ${packageJson.version}`)
  const ownFolder = defaultFolder('own')
  const startOwn = async (): Promise<Started> => {
    const own = await start({ ...options, kind: 'own', institution: undefined, dataFolder: ownFolder, port: 0 })
    running.push(own)
    tellSignIn(own)
    return own
  }
  const beginOwn = ownBeside(startOwn)
  const beginRecovered: BeginRecovered = async (given) => {
    const recovered = await recover({ ...given, dataFolder: ownFolder, clock, version: packageJson.version })
    return { recovered, url: (await startOwn()).server.url }
  }
  const first = await start(options, { beginOwn, beginRecovered, onListening: () => say(texts.preparing) })
  running.push(first)
  endOnSignal(running)
  if (options.sources.length > 0)
    await protectFolders(first.institution, options.sources, options.name ?? options.sources[0]!, tell)
  tellSignIn(first)
  if (first.institution.vault.isSample) say(texts.ownStart)
  say(texts.stop)
}

try {
  await main()
} catch (error) {
  tellError(error)
  process.exit(1)
}
