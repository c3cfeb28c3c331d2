/** 「前の砦から戻す」 on the sample's server: words and place in memory only, until the restore is done or half an hour passed. */
import { type Kit, kitOf, readSheet, type Sheet } from '#access'
import { AppError, type Clock, isAppError } from '#base'
import type { RecoverInput, RecoverLook, RecoverService, RecoverState } from '#web'
import { folderPlace, keeperPlace, type ReadingPlace, remotePlace } from '#vault'
import type { Recovered, RecoverOptions } from '../recovery/recover.ts'
import { findState, type FoundState } from '../recovery/state.ts'

/** Restores into the institution's own folder and starts its server beside this one; bound by the root. */
export type BeginRecovered = (
  options: Pick<RecoverOptions, 'kit' | 'place' | 'state' | 'snapshot' | 'ledgerKey' | 'tell'>,
) => Promise<{ readonly recovered: Recovered; readonly url: string }>

interface Chosen {
  readonly kit: Kit
  readonly place: ReadingPlace
  readonly state: FoundState
  readonly ledgerKey: string | undefined
  readonly corrected: Extract<RecoverState, { kind: 'choosing' }>['corrected']
  readonly atMs: number
}

const KEPT_MS = 30 * 60_000

export function recoverService(clock: Clock, begin: BeginRecovered | undefined): RecoverService {
  let now: RecoverState = { kind: 'asking' }
  let chosen: Chosen | undefined
  const forget = async (): Promise<void> => {
    const before = chosen
    chosen = undefined
    await before?.state.close()
  }
  return {
    offered: begin !== undefined,
    async state() {
      const isOld = now.kind === 'choosing' && chosen && clock.now() - chosen.atMs > KEPT_MS
      if (isOld) {
        await forget()
        now = { kind: 'asking' }
      }
      return now
    },
    async look(input) {
      if (now.kind === 'running') return { kind: 'ok' }
      await forget()
      const read = sheetsIn(input.words)
      if (read.kind === 'unreadable') return read
      try {
        const kit = await kitOf(read.sheets)
        const place = await placeOf(input)
        const state = await findState(kit, place)
        const ledgerKey = input.ledgerKey === '' ? undefined : input.ledgerKey
        chosen = { kit, place, state, ledgerKey, corrected: read.corrected, atMs: clock.now() }
        const days = state.days.map(({ snapshot, at, mark }) => ({ snapshot, atMs: at, ...(mark ? { mark } : {}) }))
        now = { kind: 'choosing', days, corrected: read.corrected }
        return { kind: 'ok' }
      } catch (error) {
        if (!isAppError(error)) throw error
        return { kind: 'refused', code: error.code }
      }
    },
    async start(snapshot) {
      // The second click finds it running.
      if (!begin || !chosen || now.kind !== 'choosing') return
      const { kit, place, state, ledgerKey } = chosen
      now = { kind: 'running' }
      const tell: RecoverOptions['tell'] = (progress) => {
        if (progress.step !== 'source') return
        now = { kind: 'running', source: progress.name, files: progress.files, filesTotal: progress.filesTotal }
      }
      const given = { kit, place, state, snapshot, ledgerKey, tell }
      void ended(begin, given)
        .then((end) => (now = end))
        .finally(() => void forget())
    },
    async forget() {
      if (now.kind === 'running') return
      await forget()
      now = { kind: 'asking' }
    },
  }
}

async function ended(begin: BeginRecovered, given: Parameters<BeginRecovered>[0]): Promise<RecoverState> {
  try {
    const { recovered, url } = await begin(given)
    return doneState(recovered, url)
  } catch (error) {
    return { kind: 'failed', code: isAppError(error) ? error.code : 'BASE_BUG' }
  }
}

function doneState({ institution, loginName, code, sources, report }: Recovered, url: string): RecoverState {
  const problems = report.findings.filter(({ severity }) => severity === 'error').length
  return { kind: 'done', url, institution, loginName, code, sources, problems }
}

type Sheets = { kind: 'sheets'; sheets: Sheet[]; corrected: Chosen['corrected'] }

function sheetsIn(words: string): Sheets | Extract<RecoverLook, { kind: 'unreadable' }> {
  const texts = words.split(/\r?\n\s*\r?\n/).filter((text) => text.trim() !== '')
  const sheets: Sheet[] = []
  const corrected: { at: number; word: string }[] = []
  for (const [i, text] of (texts.length === 0 ? [''] : texts).entries()) {
    const read = readSheet(text)
    if (read.kind === 'unreadable') return { ...read, sheet: i + 1 }
    sheets.push(read.sheet)
    corrected.push(...read.corrected)
  }
  return { kind: 'sheets', sheets, corrected }
}

async function placeOf({ place, address, name, secret }: RecoverInput): Promise<ReadingPlace> {
  if (place === 'keeper') return keeperPlace({ address, pin: name, code: secret })
  if (place === 'folder') return folderPlace(address)
  const url = URL.parse(/^https?:\/\//.test(address) ? address : `https://${address}`)
  const [bucket = '', ...prefix] = (url?.pathname ?? '').split('/').filter((part) => part !== '')
  if (!url || bucket === '') throw new AppError('VAULT_PLACE_INVALID', { context: { field: 'address' } })
  return remotePlace({
    kind: 's3',
    endpoint: url.origin,
    region: 'us-east-1',
    bucket,
    prefix: prefix.join('/'),
    pathStyle: true,
    credentials: { accessKeyId: name, secretAccessKey: secret },
  })
}
