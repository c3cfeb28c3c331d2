/** What stands between head and foot at a moment: each screen drawn out of the reader's state, which it does not change. */
import type { Cover, Edition } from '#edition/format'
import type { AccessLog } from './access-log.ts'
import { ChartRefused, ChartScreen, DocumentScreen, SlipsScreen } from './chart-screen.tsx'
import { BrokenScreen, CoverScreen } from './cover-screen.tsx'
import { LogScreen, VerifyScreen } from './log-screen.tsx'
import type { Look } from './look.ts'
import type { Screen } from './screen.ts'
import { IdentifyScreen, SearchScreen } from './search-screen.tsx'
import { StackScreen } from './stack-screen.tsx'

export interface BodyState {
  readonly cover: Cover | undefined
  /** While it is unlocked. */
  readonly edition: Edition | undefined
  /** Who unlocked it. */
  readonly who: string | undefined
  readonly log: AccessLog
  readonly query: string
}

export function Body({ look, screen, state }: { look: Look; screen: Screen; state: BodyState }) {
  const { edition, cover, who, log, query } = state
  switch (screen.kind) {
    case 'loading':
      return <p>{look.r.loading}</p>
    case 'broken':
      return <BrokenScreen look={look} problem={screen.problem} />
    case 'cover':
      return <CoverScreen look={look} model={{ ...screen.model, cover: cover! }} />
    case 'log':
      return <LogScreen look={look} log={log} isOpen={edition !== undefined} />
  }
  if (!edition) return null
  switch (screen.kind) {
    case 'search':
      return <SearchScreen look={look} edition={edition} query={query} />
    case 'identify':
      return (
        <IdentifyScreen look={look} edition={edition} model={{ ...screen, patient: edition.index.entry(screen.row) }} />
      )
    case 'chart':
      return <ChartScreen look={look} edition={edition} model={{ ...screen.model, who }} />
    case 'refused': {
      const { kanji, kana, patientId, disc } = edition.index.entry(screen.row)
      return <ChartRefused look={look} state={screen.state} name={kanji || kana} patientId={patientId} disc={disc} />
    }
    case 'document':
      return <DocumentScreen look={look} model={screen} />
    case 'stack':
      return <StackScreen look={look} edition={edition} model={screen.model} />
    case 'slips':
      return <SlipsScreen look={look} edition={edition} who={who ?? ''} />
    case 'verify':
      return <VerifyScreen look={look} model={screen.model} />
  }
}
