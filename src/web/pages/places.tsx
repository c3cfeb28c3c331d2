/** 保管場所: where backups lie besides this computer, and enrolling at a Keeper. */
import {
  type Column,
  DataTable,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import type { KeeperInput } from '../ports.ts'
import type { Place } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export interface PlacesModel {
  readonly places: readonly Place[]
  readonly typed?: KeeperInput
  readonly errors?: FieldErrors
  readonly added?: boolean
}

const FIELDS = ['name', 'address', 'pin', 'code'] as const

export function PlacesPage(props: { ui: Ui; model: PlacesModel }) {
  const { ui, model } = props
  const t = ui.t.places
  const labels = { name: t.name, address: t.address, pin: t.pin, code: t.code }
  const hints = { name: t.nameHint, address: t.addressHint, pin: t.pinHint, code: t.codeHint }
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {model.added ? <Notice ui={ui} kind="good" title={t.added} live /> : null}
      <Section title={t.listTitle}>
        {model.places.length === 0 ? (
          <p>{t.none}</p>
        ) : (
          <DataTable ui={ui} caption={t.listTitle} hideCaption rows={model.places} columns={columns(ui)} />
        )}
      </Section>
      <Section title={t.addTitle} note={t.noPlain}>
        <Form ui={ui} action="/places" errors={model.errors ?? {}} labels={labels}>
          {FIELDS.map((name) => (
            <TextField
              name={name}
              label={labels[name]}
              hint={hints[name]}
              value={model.typed?.[name] ?? ''}
              required
              maxlength={200}
              error={model.errors?.[name]}
            />
          ))}
          <SubmitButton>{t.add}</SubmitButton>
        </Form>
      </Section>
    </PageFrame>
  )
}

function columns(ui: Ui): Column<Place>[] {
  const { f, nowMs } = ui
  const t = ui.t.places
  return [
    {
      key: 'name',
      head: t.name,
      isName: true,
      cell: (place) => (
        <>
          {place.name}
          <div class="quiet mono">{place.location}</div>
        </>
      ),
    },
    { key: 'count', head: t.count, align: 'right', cell: (place) => f.count(place.generations) },
    {
      key: 'newest',
      head: t.newest,
      cell: (place) => (place.newestAtMs === undefined ? '－' : f.near(place.newestAtMs, nowMs)),
    },
    {
      key: 'lock',
      head: t.lock,
      cell: (place) => (place.lockedUntilMs === undefined ? ui.t.lock.none : f.date(place.lockedUntilMs, nowMs)),
    },
    {
      key: 'state',
      head: t.state,
      cell: (place) => {
        if (place.failure) {
          const { what, next } = errorSentences(place.failure.code, f.language)
          return (
            <>
              <span class="state-bad">
                <span class="mark" aria-hidden="true">
                  ×
                </span>{' '}
                {t.failed}
              </span>
              <div>{what}</div>
              <div>{next}</div>
            </>
          )
        }
        return place.generations > 0 ? (
          <span class="state-good">
            <span class="mark" aria-hidden="true">
              ✓
            </span>{' '}
            {t.good}
          </span>
        ) : (
          t.waiting
        )
      },
    },
    {
      key: 'now',
      head: t.copyNow,
      cell: (place) => (
        <PostButton ui={ui} action={`/places/${place.id}/copy`}>
          {t.copyNow}
        </PostButton>
      ),
    },
  ]
}
