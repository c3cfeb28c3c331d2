/** How far two records of one number agree on who that is, on the server and on a disc. */
import type { SameNumber } from '../same-number-models.ts'
import type { Ui } from '../ui.ts'

/** Whether it is the same person is never taken for granted: a difference is loud, what cannot be compared is said. */
export function MatchWords(props: { ui: Pick<Ui, 't'>; of: Pick<SameNumber, 'match' | 'writtenOtherwise'> }) {
  const { t } = props.ui
  const { match, writtenOtherwise } = props.of
  return (
    <>
      {match === 'agrees' ? <div class="quiet">{t.sameNumber.agrees}</div> : null}
      {match === 'unknown' ? <div>▲ {t.sameNumber.unknown}</div> : null}
      {match === 'differs' ? (
        <div>
          <span class="tag tag-warning">
            <span aria-hidden="true">▲ </span>
            {t.sameNumber.differs}
          </span>
        </div>
      ) : null}
      {writtenOtherwise ? <div>▲ {t.sameNumber.writtenOtherwise}</div> : null}
    </>
  )
}
