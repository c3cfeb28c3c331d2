/** The steps of the measurement of reading, in their order. Each leaves what the next one needs in the folder. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mintPeople, openHouse } from './house.ts'
import { benchStation, stationIndex, stationStart } from './station.ts'
import { benchServer } from './server.ts'
import { writeBenchStorage } from '#sample'

export type Facts = Record<string, unknown>
type Step = (folder: string) => Promise<Facts>

export const RECORDS = 30

/** Patients that the folder is for. */
export const patientsIn = (folder: string): number => Number(readFileSync(join(folder, 'patients'), 'utf8'))

const sourceOf = (folder: string): string => join(folder, 'source')

async function source(folder: string): Promise<Facts> {
  const done = join(folder, 'source.done')
  if (existsSync(done)) return { kept: true }
  const written = writeBenchStorage({ folder: sourceOf(folder), files: patientsIn(folder) * RECORDS + RECORDS })
  writeFileSync(done, JSON.stringify(written))
  return { ...written }
}

/** One backup of the storage; how long its parts took. */
async function backup(folder: string): Promise<Facts> {
  const institution = await openHouse(folder)
  const { vault } = institution
  const known = (await vault.sources()).find(({ kind }) => kind === 'ssmix2')
  const { id } = known ?? (await vault.addSource({ kind: 'ssmix2', name: '電子カルテ', paths: [sourceOf(folder)] }))
  const job = await vault.runs.run(id)
  const phases = followPhases(() => vault.jobs.get(job.jobId)?.phase ?? '')
  const generation = await job.done
  const seconds = phases.end()
  const catalogue = statSync(catalogueFile(folder)).size
  await mintPeople(folder, institution)
  await institution.close()
  return { phases: seconds, files: generation.files, filesNew: generation.filesNew, catalogueBytes: catalogue }
}

function catalogueFile(folder: string): string {
  const at = join(folder, 'data', 'catalogue')
  return join(at, readDirNewest(at))
}

const readDirNewest = (at: string): string =>
  readdirSync(at)
    .filter((name) => name.endsWith('.db'))
    .toSorted((a, b) => statSync(join(at, b)).size - statSync(join(at, a)).size)[0]!

/** Seconds per phase of a job, looked at ten times a second; a thread that is busy is counted to the phase it is in. */
function followPhases(phase: () => string): { end(): Record<string, number> } {
  const seconds: Record<string, number> = {}
  let [last, name] = [performance.now(), phase()]
  const look = (): void => {
    const now = performance.now()
    seconds[name] = (seconds[name] ?? 0) + (now - last) / 1000
    ;[last, name] = [now, phase()]
  }
  const timer = setInterval(look, 100)
  return {
    end() {
      clearInterval(timer)
      look()
      return Object.fromEntries(Object.entries(seconds).map(([key, value]) => [key, Math.round(value * 10) / 10]))
    },
  }
}

export const STEPS: Readonly<Record<string, Step>> = {
  source,
  backup,
  night: backup,
  server: benchServer,
  stationIndex,
  stationStart,
  station: benchStation,
}

/** Steps that are done once in a folder, and those that are measured anew. */
export const ONCE = ['source', 'backup'] as const
export const MEASURED = ['night', 'server', 'stationIndex', 'stationStart', 'station'] as const
