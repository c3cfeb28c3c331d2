/**
 * `toride recover`: an institution on a bare machine again, with the recovery kit (or two of its shares) and one place. The
 * words are asked for or read from a file; never an argument, which other programs of the machine could see.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { type Kit, kitOf, readSheet, type Sheet } from '#access'
import { AppError, systemClock } from '#base'
import { findState, type FoundState, recover, type Recovered, type StateDay } from '#server'
import { folderPlace, keeperPlace, type ReadingPlace, remotePlace } from '#vault'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { placeOf } from '../repo/place.ts'
import { dataFolder, options, VERSION } from './data.ts'
import { explain } from './findings.ts'
import { recoverText as tell } from './recover-texts.ts'

const OPTIONS = {
  place: { type: 'string' },
  keeper: { type: 'string' },
  pin: { type: 'string' },
  code: { type: 'string' },
  'words-file': { type: 'string' },
  day: { type: 'string' },
  list: { type: 'boolean' },
  'ledger-key': { type: 'string' },
  person: { type: 'string' },
} as const

type Given = ReturnType<typeof options>

export async function runRecover(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const given = options(args, OPTIONS)
  if (given.has('help') || (given.text('place') === undefined && given.text('keeper') === undefined)) {
    io.stdout.write(tell(io, 'usage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  const kit = await askKit(given.text('words-file'), io)
  if (!kit) return EXIT.failed
  const place = await placeFrom(given, io)
  const state = await findState(kit, place)
  try {
    if (given.has('list')) return listDays(state, io)
    const day = state.days.find(({ snapshot }) => snapshot.startsWith(given.text('day') ?? ''))
    if (!day) throw new AppError('VAULT_RECOVER_NOTHING')
    io.stdout.write(tell(io, 'chosen', dayWords(day, io)))
    return say(await recoverNow({ given, io, kit, place, state, day }), dataFolderOf(given, io), io)
  } finally {
    await state.close()
  }
}

interface Chosen {
  readonly given: Given
  readonly io: CliIo
  readonly kit: Kit
  readonly place: ReadingPlace
  readonly state: FoundState
  readonly day: StateDay
}

function recoverNow({ given, io, kit, place, state, day }: Chosen): Promise<Recovered> {
  let said = ''
  return recover({
    dataFolder: dataFolderOf(given, io),
    kit,
    place,
    state,
    snapshot: day.snapshot,
    clock: systemClock,
    version: VERSION,
    ledgerKey: given.text('ledger-key'),
    loginName: given.text('person'),
    signal: io.signal,
    tell(progress) {
      const text = progress.step === 'source' ? progress.name : progress.step
      if (text === said) return
      said = text
      if (progress.step === 'source') io.stdout.write(tell(io, 'source', { name: progress.name }))
    },
  })
}

/** The institution's own folder: a sample beside it is none of this. */
function dataFolderOf(given: Given, io: CliIo): string {
  return dataFolder(given.text('data'), io).replace(/toride-sample$/, 'toride')
}

async function placeFrom(given: Given, io: CliIo): Promise<ReadingPlace> {
  const [keeper, pin = '', code = ''] = ['keeper', 'pin', 'code'].map((name) => given.text(name))
  if (keeper !== undefined) return keeperPlace({ address: keeper, pin, code })
  const config = placeOf(given.text('place')!, { pin }, io)
  return config.kind === 'local' ? folderPlace(config.folder) : remotePlace(config)
}

/** From a file, one sheet behind an empty line each; else asked for until they make a kit. */
async function askKit(file: string | undefined, io: CliIo): Promise<Kit | undefined> {
  if (file !== undefined) {
    const sheets = readFileSync(file, 'utf8')
      .split(/\n\s*\n/)
      .filter((text) => text.trim() !== '')
      .map((text) => read(text, io))
    return sheets.every((sheet) => sheet !== undefined) ? kitOf(sheets) : undefined
  }
  if (!io.stdin?.isTTY) {
    io.stderr.write(tell(io, 'needWords'))
    return undefined
  }
  const asking = createInterface({ input: io.stdin, output: process.stdout })
  try {
    const sheets: Sheet[] = []
    while (sheets.length < 2 && sheets[0]?.part !== 0) {
      const sheet = read(await asking.question(tell(io, sheets.length === 0 ? 'askFirst' : 'askSecond')), io)
      if (sheet) sheets.push(sheet)
    }
    return await kitOf(sheets)
  } finally {
    asking.close()
  }
}

function read(typed: string, io: CliIo): Sheet | undefined {
  const found = readSheet(typed)
  if (found.kind === 'unreadable') {
    const { count, unknown } = found
    io.stderr.write(
      unknown.length > 0 ? tell(io, 'unknownWords', { places: unknown.join('、') }) : tell(io, 'badSheet', { count }),
    )
    return undefined
  }
  for (const { at, word } of found.corrected) io.stdout.write(tell(io, 'corrected', { at, word }))
  return found.sheet
}

function listDays(state: FoundState, io: CliIo): ExitCode {
  for (const day of state.days) io.stdout.write(tell(io, 'day', dayWords(day, io)))
  return EXIT.ok
}

function dayWords({ snapshot, at, mark }: StateDay, io: CliIo): Record<string, string> {
  const day = new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', dateStyle: 'medium', timeStyle: 'short' })
  return { id: snapshot.slice(0, 8), day: day.format(at), mark: tell(io, mark ?? 'unmarked') }
}

function say(recovered: Recovered, folder: string, io: CliIo): ExitCode {
  const { institution, loginName, code, sources, report } = recovered
  io.stdout.write(tell(io, 'done', { institution: institution || '砦 Toride', folder }))
  for (const { name, brought, left } of sources)
    io.stdout.write(tell(io, left > 0 ? 'sourceLeft' : 'sourceDone', { name, brought, left }))
  const open = report.findings.filter(({ severity }) => severity === 'error')
  for (const { code: found } of open) io.stdout.write(tell(io, 'finding', { code: found, ...explain(io, found) }))
  io.stdout.write(tell(io, 'signIn', { name: loginName, code }))
  return open.length > 0 ? EXIT.incomplete : EXIT.ok
}
