/** What a check found. `error`: data is damaged or missing. `warning`: nothing is lost, but somebody should look. */
export interface Finding {
  readonly severity: 'error' | 'warning'
  readonly what: FindingKind
  /** Ids of the files and blobs concerned, as restic names them. */
  readonly pack?: string
  readonly blob?: string
  readonly index?: string
  readonly snapshot?: string
  readonly tree?: string
  /** Node in the tree: patient data. */
  readonly node?: string
  readonly detail?: string
}

export type FindingKind =
  | 'snapshot-unreadable'
  | 'index-unreadable'
  | 'pack-missing'
  | 'pack-size'
  | 'pack-unreadable'
  | 'pack-hash'
  | 'pack-header'
  | 'pack-in-several-indexes'
  | 'pack-not-indexed'
  | 'blob-unreadable'
  | 'tree-unreadable'
  | 'tree-name'
  | 'tree-order'
  | 'tree-doubled'
  | 'node-content-missing'
  | 'node-size'
  | 'node-type'
  | 'node-subtree'

/** Keeps the first findings of each kind and counts all: a broken disk must not fill the memory. */
export class Findings {
  readonly list: Finding[] = []
  errorCount = 0
  warningCount = 0
  readonly #kept = new Map<FindingKind, number>()

  add(finding: Finding): void {
    if (finding.severity === 'error') this.errorCount += 1
    else this.warningCount += 1
    const kept = this.#kept.get(finding.what) ?? 0
    if (kept >= 1000) return
    this.#kept.set(finding.what, kept + 1)
    this.list.push(finding)
  }

  addAll(more: {
    readonly list: readonly Finding[]
    readonly errorCount: number
    readonly warningCount: number
  }): void {
    const { errorCount, warningCount } = this
    for (const finding of more.list) this.add(finding)
    this.errorCount = errorCount + more.errorCount
    this.warningCount = warningCount + more.warningCount
  }
}
