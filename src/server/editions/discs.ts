/** Discs in a folder of the data folder, whether a person asks for them or the night does. */
import { sealFor } from '#access'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { accessOf } from '#chart'
import {
  buildEdition,
  CAPACITY,
  type DiscFacts,
  type EditionKind,
  type EditionMedium,
  type EditionOrder,
  type MadeEdition,
} from '#edition'
import type { JobHandle } from '#vault'
import { FORMATS, MESSAGES, readerPage } from '#web'
import type { Institution } from '../institution.ts'
import { papersToTravel } from './papers.ts'
import { wardMinimums } from '../services/ward-minimums.ts'

type House = Pick<Institution, 'vault' | 'clock' | 'folder' | 'version' | 'ledger' | 'keys' | 'printings'>

export interface DiscsToMake
  extends
    Pick<EditionOrder, 'sources' | 'slots' | 'signer' | 'isProtected' | 'months' | 'documents'>,
    Partial<JobHandle> {
  readonly number: number
  readonly kind: EditionKind
  readonly medium: EditionMedium
  readonly slotNames: readonly string[]
  /** Who may open the logs that come back: the public key of who may read charts. */
  readonly recipient: Uint8Array
}

const EVERY_PART = { profession: 'doctor', duties: [] } as const
const RECEPTION = { profession: 'clerk', duties: [] } as const

export const editionFolder = ({ folder }: Pick<House, 'folder'>, number: number): string =>
  join(folder.path, 'editions', String(number))

/** `record`: what the register keeps, but for who holds it and who made it. Who calls removes the folder of what failed. */
export async function makeDiscs(house: House, wanted: DiscsToMake) {
  const { vault, clock, folder, version } = house
  const { number, kind, medium, slotNames, recipient, report, ...order } = wanted
  const target = editionFolder(house, number)
  const extras = await papersToTravel(house)
  // Of a build that was killed: it is in no register.
  rmSync(target, { recursive: true, force: true })
  mkdirSync(join(folder.path, 'editions'), { recursive: true, mode: 0o700 })
  const made = await buildEdition({
    ...order,
    kind,
    access: accessOf(kind === 'care' ? EVERY_PART : RECEPTION),
    folder: target,
    page: await readerPage(),
    about: {
      number,
      institution: (await vault.setting('name')) ?? folder.info.institution,
      isSample: vault.isSample,
      program: version,
    },
    capacity: CAPACITY[medium],
    documents: kind === 'care' ? order.documents : 'none',
    minimums: await wardMinimums(house).list(),
    extras,
    papers,
    clock,
    report: (done, of) => report?.({ phase: 'read', filesDone: done, filesTotal: of }),
  })
  report?.({ phase: 'finish' })
  const logKey = Buffer.from(sealFor(recipient, made.logKey)).toString('base64')
  return {
    made,
    record: {
      number,
      kind,
      medium,
      slots: slotNames,
      logKey,
      papers: extras.map(({ title }) => title),
      ...factsOf(made),
    },
  }
}

function factsOf(made: MadeEdition) {
  const { head, fingerprint, pageSha256 } = made.discs[0]!
  return {
    fingerprint,
    pageSha256,
    bundle: made.bundle,
    sources: head.sources,
    asOf: head.asOf,
    madeAt: head.madeAt,
    discs: made.discs.length,
    patients: made.patients,
    bytes: made.discs.reduce((sum, { bytes }) => sum + bytes, 0),
    leftOut: made.leftOut,
  }
}

/** What lies beside the page for people: in Japanese, whatever the maker's language, with marks that Notepad knows. */
function papers({ head, pageSha256, fingerprint }: DiscFacts): { name: string; text: string }[] {
  const { editions: t, editionReader: r } = MESSAGES.ja
  const f = FORMATS.ja
  const when = (ms: number) => `${f.fullDate(ms)}${f.time(ms)}`
  const readme = t.readme.text({
    institution: head.institution,
    number: String(head.number),
    disc: head.disc.of > 1 ? r.cover.disc(String(head.disc.n), String(head.disc.of)) : '',
    asOf: when(head.asOf),
    made: when(head.madeAt),
    kind: r.cover.kind[head.kind],
  })
  return [
    { name: t.readme.name, text: `\uFEFF${readme}` },
    { name: t.verify.name, text: `\uFEFF${t.verify.text(pageSha256, fingerprint)}` },
  ]
}

export function discsIn(folder: string) {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => /^disc-\d+$/.test(name))
  return names
    .map((name) => {
      const iso = statSync(join(folder, `${name}.iso`), { throwIfNoEntry: false })
      return { n: Number(name.slice(5)), folder: join(folder, name), isoBytes: iso?.size }
    })
    .toSorted((a, b) => a.n - b.n)
}
