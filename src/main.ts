/**
 * Composition root of the server: `npm start`, `npm start -- --source DIR`.
 * Options: --source DIR (several: one storage of several roots) · --name TEXT · --data DIR · --port N · --host ADDRESS
 */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError, isAppError, systemClock as clock } from '#base'
import {
  openInstitution,
  protectOwn,
  type Institution,
  serve,
  setUpSample,
  startTexts,
  terminalLanguage,
  type Tell,
} from '#server'
import { NIGHTLY } from '#vault'
import { errorSentences } from '#web'
import packageJson from '../package.json' with { type: 'json' }

const language = terminalLanguage()
const texts = startTexts(language)
const say = (text: string): void => console.log(text)

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        source: { type: 'string', multiple: true, default: [] },
        name: { type: 'string' },
        data: { type: 'string' },
        port: { type: 'string', default: '8470' },
        host: { type: 'string', default: '127.0.0.1' },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new AppError('BASE_CONFIG_INVALID', { context: { option: 'port' } })
    return { ...values, port, source: values.source.map(fromCaller) }
  } catch (cause) {
    throw isAppError(cause) ? cause : new AppError('BASE_CONFIG_INVALID', { cause })
  }
}

/** npm changes into the package's folder; a relative path means the folder where the person was. */
function fromCaller(path: string): string {
  return resolve(process.env['TORIDE_CALLED_FROM'] ?? process.cwd(), path)
}

function defaultDataFolder(kind: 'sample' | 'own'): string {
  const name = kind === 'sample' ? 'toride-sample' : 'toride'
  const base = process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share')
  return join(base, name)
}

async function prepare(institution: Institution, sources: readonly string[], name: string | undefined): Promise<void> {
  const tell: Tell = (step, done = {}) => say(`✓ ${texts.making[step](done)}`)
  const { vault, keys } = institution
  if (!keys.backupIsOpen) return say(texts.waitingForKeys)
  await vault.recover()
  await vault.ensureOwnState()
  if (vault.isSample) await setUpSample(institution, tell)
  else if (sources.length > 0) {
    const { kind } = vault.trySource({ kind: 'folder', name: '', paths: sources })
    await protectOwn(institution, { kind, name: name ?? sources[0]!, paths: sources, schedule: NIGHTLY }, tell)
  }
}

/** The first account. In a clinic the director starts it: a doctor who also administers; others are added on screen. */
async function tellSignIn(institution: Institution): Promise<void> {
  const first = await institution.access.people.firstAdministrator({
    loginName: 'admin',
    displayName: language === 'en' ? 'Administrator' : '管理者',
    profession: 'doctor',
    duties: ['administrator', 'director'],
  })
  say(first ? texts.signIn(first.person.loginName, first.code) : texts.signInAgain)
}

function tellError(error: unknown): void {
  const code = isAppError(error) ? error.code : 'BASE_BUG'
  const { what, why, next } = errorSentences(code, language)
  console.error(`\n${what}\n${why}\n${next}\n(${code})`)
  if (!isAppError(error)) console.error(error)
}

async function main(): Promise<void> {
  const options = readOptions()
  const kind = options.source.length > 0 || options.data !== undefined ? 'own' : 'sample'
  say(`砦 Toride ${packageJson.version}`)
  const institution = await openInstitution({
    dataFolder: options.data === undefined ? defaultDataFolder(kind) : fromCaller(options.data),
    fresh: {
      kind,
      institution: kind === 'sample' ? '青葉記念病院（見本）' : (options.name ?? ''),
      createdAt: clock.now(),
    },
    clock,
    version: packageJson.version,
  })
  const onError = (error: unknown): void => console.error(isAppError(error) ? error.message : error)
  try {
    const server = await serve(institution, { host: options.host, port: options.port, onError })
    say(texts.preparing)
    await prepare(institution, options.source, options.name)
    say('')
    if (institution.vault.isSample) say(texts.sampleNote)
    say(texts.address(server.url))
    await tellSignIn(institution)
    if (institution.vault.isSample) say(texts.ownStart)
    say(texts.stop)
    const end = async (): Promise<void> => {
      await server.close()
      say(texts.stopped)
      process.exit(0)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end())
  } catch (error) {
    await institution.close()
    throw error
  }
}

try {
  await main()
} catch (error) {
  tellError(error)
  process.exit(1)
}
