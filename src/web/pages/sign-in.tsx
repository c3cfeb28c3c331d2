/** Sign-in, first sign-in with a one-time code, own password. */
import { type FieldErrors, Form, Notice, PageFrame, PageHeading, SubmitButton, TextField } from '../components/index.ts'
import type { Ui } from '../ui.ts'

export interface SignInModel {
  readonly loginName?: string
  readonly refusal?: { readonly kind: 'wrong' } | { readonly kind: 'wait'; readonly untilMs: number }
  readonly note?: 'ended' | 'signedOut'
  readonly next?: string
  readonly firstOpen: boolean
}

export function SignInPage(props: { ui: Ui; model: SignInModel }) {
  const { ui, model } = props
  const { t, f } = ui
  return (
    <PageFrame ui={ui} title={t.signIn.title}>
      <div class="narrow-page">
        <PageHeading title={t.signIn.title} lead={ui.institution.name} />
        {model.note ? <Notice ui={ui} kind="info" title={t.signIn[model.note]} live /> : null}
        {model.refusal?.kind === 'wrong' ? (
          <Notice ui={ui} kind="danger" title={t.signIn.wrong} live>
            <p>{t.signIn.wrongNext}</p>
          </Notice>
        ) : null}
        {model.refusal?.kind === 'wait' ? (
          <Notice ui={ui} kind="danger" title={t.signIn.wait(f.time(model.refusal.untilMs))} live>
            <p>{t.signIn.waitNext}</p>
          </Notice>
        ) : null}
        <Form ui={ui} action="/sign-in">
          {model.next ? <input type="hidden" name="next" value={model.next} /> : null}
          <TextField
            name="loginName"
            label={t.signIn.loginName}
            value={model.loginName}
            autocomplete="username"
            autofocus={!model.loginName}
            required
          />
          <TextField
            name="password"
            label={t.signIn.password}
            type="password"
            autocomplete="current-password"
            autofocus={Boolean(model.loginName)}
            required
          />
          <SubmitButton>{t.signIn.submit}</SubmitButton>
        </Form>
        <p>
          <a href="/sign-in/first">{t.signIn.first}</a>
        </p>
        <p>
          <a href="/emergency">{t.emergency.door}</a>
        </p>
      </div>
    </PageFrame>
  )
}

/** Where the password is asked for again; the way goes on to `next` afterwards. */
export const unlockPath = (next: string) => `/unlock?next=${encodeURIComponent(next)}`

export interface UnlockModel {
  readonly next: string
  readonly refusal?: { readonly kind: 'wrong' | 'no-keys' } | { readonly kind: 'wait'; readonly untilMs: number }
}

/** After a restart of the server: the session still runs, only the keys of charts wait for their person. */
export function UnlockPage(props: { ui: Ui; model: UnlockModel }) {
  const { ui, model } = props
  const { t } = ui
  const refusal = model.refusal && refusalWords(ui, model.refusal)
  return (
    <PageFrame ui={ui} title={t.unlock.title}>
      <div class="narrow-page">
        <PageHeading title={t.unlock.title} lead={t.unlock.lead} />
        {refusal ? (
          <Notice ui={ui} kind="danger" title={refusal.title} live>
            {refusal.why ? <p>{refusal.why}</p> : null}
            <p>{refusal.next}</p>
          </Notice>
        ) : null}
        <Form ui={ui} action="/unlock">
          <input type="hidden" name="next" value={model.next} />
          <TextField
            name="password"
            label={t.signIn.password}
            type="password"
            autocomplete="current-password"
            autofocus
            required
          />
          <SubmitButton>{t.unlock.submit}</SubmitButton>
        </Form>
      </div>
    </PageFrame>
  )
}

function refusalWords(
  { t, f }: Ui,
  refusal: NonNullable<UnlockModel['refusal']>,
): { title: string; why?: string; next: string } {
  if (refusal.kind === 'wait') return { title: t.signIn.wait(f.time(refusal.untilMs)), next: t.signIn.waitNext }
  return refusal.kind === 'wrong'
    ? { title: t.unlock.wrong, next: t.signIn.wrongNext }
    : { title: t.unlock.noKeys, why: t.unlock.noKeysWhy, next: t.unlock.noKeysNext }
}

export interface FirstSignInModel {
  readonly loginName?: string
  readonly code?: string
  /** Came from the sign-in with a right one-time code. */
  readonly note?: boolean
  readonly refusal?: SignInModel['refusal']
  readonly errors?: FieldErrors
}

export function FirstSignInPage(props: { ui: Ui; model: FirstSignInModel }) {
  const { ui, model } = props
  const { t, f } = ui
  const errors = model.errors ?? {}
  return (
    <PageFrame ui={ui} title={t.firstSignIn.title}>
      <div class="narrow-page">
        <PageHeading title={t.firstSignIn.title} lead={t.firstSignIn.lead} />
        {model.note ? <Notice ui={ui} kind="info" title={t.firstSignIn.codeRight} live /> : null}
        {model.refusal ? (
          <Notice
            ui={ui}
            kind="danger"
            live
            title={model.refusal.kind === 'wrong' ? t.firstSignIn.wrong : t.signIn.wait(f.time(model.refusal.untilMs))}
          >
            <p>{model.refusal.kind === 'wrong' ? t.firstSignIn.wrongNext : t.signIn.waitNext}</p>
          </Notice>
        ) : null}
        <Form
          ui={ui}
          action="/sign-in/first"
          errors={errors}
          labels={{ password: t.firstSignIn.password, repeat: t.firstSignIn.repeat, code: t.firstSignIn.code }}
        >
          <TextField
            name="loginName"
            label={t.signIn.loginName}
            value={model.loginName}
            autocomplete="username"
            required
            error={errors['loginName']}
          />
          <TextField
            name="code"
            label={t.firstSignIn.code}
            hint={t.firstSignIn.codeHint}
            value={model.code}
            autocomplete="one-time-code"
            required
            error={errors['code']}
          />
          <TextField
            name="password"
            label={t.firstSignIn.password}
            hint={t.firstSignIn.rule}
            type="password"
            autocomplete="new-password"
            required
            error={errors['password']}
          />
          <TextField
            name="repeat"
            label={t.firstSignIn.repeat}
            type="password"
            autocomplete="new-password"
            required
            error={errors['repeat']}
          />
          <SubmitButton>{t.firstSignIn.submit}</SubmitButton>
        </Form>
        <p>
          <a href="/sign-in">{t.form.back}</a>
        </p>
      </div>
    </PageFrame>
  )
}

export function AccountPage(props: { ui: Ui; errors?: FieldErrors; done?: boolean }) {
  const { ui, errors = {} } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.password.title}>
      <div class="narrow-page">
        <PageHeading title={t.password.title} lead={ui.viewer?.displayName} />
        {ui.viewer?.mustChangePassword ? <Notice ui={ui} kind="caution" title={t.password.must} /> : null}
        {props.done ? <Notice ui={ui} kind="good" title={t.password.done} live /> : null}
        <Form
          ui={ui}
          action="/account"
          errors={errors}
          labels={{ current: t.password.current, next: t.password.next, repeat: t.password.repeat }}
        >
          <TextField
            name="current"
            label={t.password.current}
            type="password"
            autocomplete="current-password"
            required
            error={errors['current']}
          />
          <TextField
            name="next"
            label={t.password.next}
            hint={t.firstSignIn.rule}
            type="password"
            autocomplete="new-password"
            required
            error={errors['next']}
          />
          <TextField
            name="repeat"
            label={t.password.repeat}
            type="password"
            autocomplete="new-password"
            required
            error={errors['repeat']}
          />
          <SubmitButton>{t.password.submit}</SubmitButton>
        </Form>
      </div>
    </PageFrame>
  )
}
