import { hash } from 'node:crypto'
import { AppError, isAppError, type Backend, type FileKind, type FileRef } from '#base'

const KINDS: readonly FileKind[] = ['config', 'keys', 'snapshots', 'index', 'data']

export interface VerifyFilesResult {
  readonly files: number
  readonly bytes: number
  /** Read back otherwise than the name promises, or not at all. */
  readonly damaged: readonly FileRef[]
}

/** What reading a repository back will read. */
export async function repositorySize(backend: Backend): Promise<{ files: number; bytes: number }> {
  const size = { files: 0, bytes: 0 }
  for (const kind of KINDS)
    for (const { sizeBytes } of await backend.list(kind)) {
      size.files += 1
      size.bytes += sizeBytes
    }
  return size
}

/**
 * Reads every file of a repository back and compares it with its name, without any key. `config` has no name: it is compared
 * with the bytes given. @throws BASE_CANCELLED; what listing throws
 */
export async function verifyFiles(
  backend: Backend,
  options: { readonly config: Buffer; readonly signal?: AbortSignal; readonly onFile?: (bytes: number) => void },
): Promise<VerifyFilesResult> {
  let files = 0
  let bytes = 0
  const damaged: FileRef[] = []
  for (const kind of KINDS) {
    for (const { name } of await backend.list(kind)) {
      if (options.signal?.aborted) throw new AppError('BASE_CANCELLED')
      const content = await loadOrDamaged(backend, { kind, name })
      const isRight =
        kind === 'config' ? content?.equals(options.config) : content && hash('sha256', content, 'hex') === name
      if (!isRight) damaged.push({ kind, name })
      files += 1
      bytes += content?.length ?? 0
      options.onFile?.(content?.length ?? 0)
    }
  }
  return { files, bytes, damaged }
}

/** A bad sector takes one file, not the verification. */
async function loadOrDamaged(backend: Backend, file: FileRef): Promise<Buffer | undefined> {
  try {
    return await backend.load(file)
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}
