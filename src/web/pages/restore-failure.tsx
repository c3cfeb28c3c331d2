/** Why a restore test failed: what, why, what now, and the first files for those who may see them. */
import { DataTable, Notice, PathText } from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import type { RestoreFailure } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export function RestoreFailureNotice({ ui, failure }: { ui: Ui; failure: RestoreFailure }) {
  const { code, count, files } = failure
  const t = ui.t.rehearsal.failure
  const { what, why, next } = errorSentences(code, ui.f.language)
  return (
    <Notice ui={ui} kind="danger" title={t.title(ui.f.count(count))}>
      <p class="strong">{what}</p>
      <p>{why}</p>
      <p class="strong">{next}</p>
      <p>{t.others}</p>
      <p class="quiet">
        {t.code} <span class="mono">{code}</span>
      </p>
      {files.length > 0 ? (
        <DataTable
          ui={ui}
          caption={t.files(ui.f.count(files.length))}
          rows={files}
          columns={[
            {
              key: 'path',
              head: ui.t.problems.path,
              isName: true,
              cell: (row) => <PathText ui={ui} path={row.path} />,
            },
            {
              key: 'reason',
              head: ui.t.problems.reasonHead,
              cell: (row) => (
                <>
                  {errorSentences(row.code, ui.f.language).what}
                  <div class="quiet mono">{`${row.code} ${row.detail}`}</div>
                </>
              ),
            },
          ]}
        />
      ) : null}
    </Notice>
  )
}
