/** Of one source: what outside commands printed, and the one-page statement for the vendor. */
import { DataTable, FactList, Notice, PageFrame, PageHeading, PrintButton } from '../components/index.ts'
import { isErrorCode } from '#base'
import { errorSentences } from '../messages/errors.ts'
import type { CommandRecord, Impact, Source } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export function CommandRecordsPage(props: { ui: Ui; source: Source; records: readonly CommandRecord[] }) {
  const { ui, source, records } = props
  const { t, f } = ui
  const ended = ({ ended: how }: CommandRecord): string => {
    if (how === 'done') return t.outside.done
    return isErrorCode(how) ? errorSentences(how, f.language).what : t.outside.exit(how.slice('exit '.length))
  }
  return (
    <PageFrame ui={ui} title={t.outside.records}>
      <PageHeading title={`${t.outside.records}: ${source.name}`} lead={t.outside.recordsLead} />
      {records.length === 0 ? (
        <p>{t.outside.recordsNone}</p>
      ) : (
        <>
          <Notice ui={ui} kind="caution" title={t.outside.recordsPrivate} />
          <DataTable
            ui={ui}
            caption={t.outside.records}
            hideCaption
            rows={records}
            columns={[
              { key: 'at', head: t.outside.at, cell: (row) => f.dateTime(row.at, ui.nowMs), isName: true },
              { key: 'stage', head: t.outside.stageHead, cell: (row) => t.outside.stage[row.stage] },
              { key: 'ended', head: t.outside.ended, cell: ended },
              {
                key: 'text',
                head: t.outside.said,
                cell: (row) => (row.text === '' ? t.outside.nothingSaid : <pre class="said">{row.text}</pre>),
              },
            ]}
          />
        </>
      )}
      <p>
        <a href={`/sources/${source.id}`}>{t.form.back}</a>
      </p>
    </PageFrame>
  )
}

/** 影響説明書: load, account, ports, how to stop it, who answers for what; the vendor seals it. */
export function ImpactPage(props: { ui: Ui; impact: Impact }) {
  const { ui, impact } = props
  const { source } = impact
  const { t, f } = ui
  const words = t.outside.impact
  const isDatabase = source.kind === 'database'
  const load = [
    impact.seconds === undefined
      ? words.loadUnknown
      : words.loadKnown(f.duration(impact.seconds * 1000), f.size(impact.sizeBytes ?? 0)),
    words.loadAlways,
    ...(impact.timeoutMinutes === undefined ? [] : [words.limit(f.count(impact.timeoutMinutes))]),
  ]
  const facts = [
    { term: words.what, value: `${source.name}（${source.database ?? t.source.kind[source.kind]}）` },
    { term: words.how, value: words.howKind[source.kind] },
    { term: words.when, value: source.dailyAt ?? words.byHand },
    { term: words.load, value: load.map((sentence) => <div>{sentence}</div>) },
    { term: words.account, value: isDatabase ? words.accountDatabase(impact.accountName ?? '') : words.accountFolder },
    {
      term: words.line,
      value: isDatabase ? words.lineDatabase(impact.host ?? '', String(impact.port ?? '')) : words.lineFolder,
    },
    { term: words.hook, value: source.hook ?? words.hookNone },
    { term: words.stop, value: words.stopHow(source.name) },
    { term: words.duty, value: words.duties.map((sentence) => <div>{sentence}</div>) },
  ]
  return (
    <PageFrame ui={ui} title={words.title}>
      <div class="actions screen-only">
        <PrintButton kind="primary">{t.letter.print}</PrintButton>
        <a href={`/sources/${source.id}`}>{t.form.back}</a>
      </div>
      <article class="letter">
        <p class="letter-right">{f.fullDate(ui.nowMs)}</p>
        <p>{words.to}</p>
        <p class="letter-right">{ui.institution.name || t.kit.onSheet.byHand}</p>
        <h1>{words.title}</h1>
        <p>{words.lead}</p>
        <FactList wide facts={facts} />
        <p>{words.ours}</p>
        <div class="answer-line"></div>
        <p>{words.agreed}</p>
        <div class="answer-line"></div>
      </article>
    </PageFrame>
  )
}
