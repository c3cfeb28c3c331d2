/** 非常用ディスク onto a stick or into a folder that the server can write. */
import { realpath } from 'node:fs/promises'
import { isAbsolute, sep } from 'node:path'
import { AppError, isAppError, systemError } from '#base'
import { copyEdition, planCopy } from '#edition'
import { connectedMedia } from '#posix'
import type { EditionService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { demand } from './viewers.ts'

type DiscsOf = (number: number) => readonly { readonly n: number; readonly folder: string }[]

/** Where the system itself lives; sticks of desktops hang under /run/media. */
const SYSTEM = ['/etc', '/root', '/proc', '/sys', '/dev', '/boot', '/run', '/usr', '/bin', '/lib', '/sbin']

/** Where it leads. @throws STORAGE_NOT_FOUND, STORAGE_DENIED */
export async function allowedFolder(dataFolder: string, folder: string): Promise<string> {
  if (!isAbsolute(folder)) throw new AppError('STORAGE_NOT_FOUND', { detail: 'not an absolute path' })
  let real: string
  try {
    real = await realpath(folder)
  } catch (error) {
    throw systemError(error, 'looking at the folder')
  }
  const within = (outer: string) => real === outer || real.startsWith(outer + sep)
  const isSystem = SYSTEM.some(within) && !within('/run/media')
  if (real === sep || isSystem || within(await realpath(dataFolder))) throw new AppError('STORAGE_DENIED')
  return real
}

export function editionCopies(
  { vault, folder: data, ledger }: Institution,
  discsOf: DiscsOf,
): Pick<EditionService, 'mounted' | 'planCopy' | 'copy'> {
  const orderOf = async (viewer: Viewer, number: number, folder: string) => {
    demand(viewer, 'carry-media')
    const discs = discsOf(number).map((disc) => disc.folder)
    return discs.length === 0 ? undefined : { number, discs, folder: await allowedFolder(data.path, folder) }
  }

  return {
    async mounted(viewer) {
      demand(viewer, 'carry-media')
      const { volumes } = await connectedMedia()
      return volumes
        .filter(({ isRemovable, isWriteProtected }) => isRemovable && !isWriteProtected)
        .flatMap(({ mounts, label }) => mounts.map(({ folder }) => ({ folder, label })))
    },
    async planCopy(viewer, number, folder) {
      const order = await orderOf(viewer, number, folder)
      return order && planCopy(order)
    },
    async copy(viewer, number, folder, mode) {
      const order = await orderOf(viewer, number, folder)
      if (!order) return undefined
      try {
        const { id, done } = vault.jobs.start('edition', `非常用ディスク ${number}`, async ({ signal, report }) => {
          const { files, replaced } = await copyEdition({ ...order, mode, signal, report })
          await ledger.append({
            type: 'edition.copied',
            actor: `person:${viewer.personId}`,
            subject: `edition:${number}`,
            data: { edition: number, discs: order.discs.length, files, replaced },
          })
        })
        // What went wrong stands on the job's page.
        done.catch(() => undefined)
        return { jobId: id }
      } catch (error) {
        if (isAppError(error, 'VAULT_RUN_IN_PROGRESS')) return { jobId: String(error.context['jobId']) }
        throw error
      }
    },
  }
}
