/** What happened, why, what to do now: the same three sentences everywhere. */
import { ButtonLink, PageFrame } from '../components/index.ts'
import type { ErrorSentences } from '../messages/errors.ts'
import type { Ui } from '../ui.ts'

export function ErrorPage(props: { ui: Ui; sentences: ErrorSentences; code?: string }) {
  const { ui, sentences } = props
  const { t, institution } = ui
  return (
    <PageFrame ui={ui} title={sentences.what}>
      <div class="narrow-page">
        <h1>{sentences.what}</h1>
        <dl class="facts facts-wide">
          <div>
            <dt>{t.errorPage.why}</dt>
            <dd>{sentences.why}</dd>
          </div>
          <div>
            <dt>{t.errorPage.next}</dt>
            <dd>
              <strong>{sentences.next}</strong>
            </dd>
          </div>
          {props.code ? (
            <div>
              <dt>{t.errorPage.code}</dt>
              <dd class="mono">{props.code}</dd>
            </div>
          ) : null}
        </dl>
        {institution.supportPhone ? (
          <p>{t.errorPage.support(institution.supportName ?? '', institution.supportPhone)}</p>
        ) : null}
        <ButtonLink href="/" kind="primary">
          {institution.station ? t.station.preparingBack : t.errorPage.home}
        </ButtonLink>
      </div>
    </PageFrame>
  )
}
