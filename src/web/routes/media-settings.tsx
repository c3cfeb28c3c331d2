/** What is decided of the rotation: name, number, time, the place outside, who exchanges on which day. */
import type { FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import type { MediaSettings } from '../media-ports.ts'
import { MediaSettingsPage, type SettingsTyped } from '../pages/media-forms.tsx'
import type { Ui } from '../ui.ts'

const GB = 1e9
const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const

export function mediaSettingsRoutes(app: WebApp, { services: { media, people } }: Web): void {
  const choices = async () =>
    (await people.list()).filter(({ active }) => active).map(({ id, displayName }) => ({ id, name: displayName }))
  app.get('/media/settings', async (c) => {
    const typed = typedOf(c.get('ui'), (await media.view())?.kept.settings)
    return renderPage(c, <MediaSettingsPage ui={c.get('ui')} model={{ typed, people: await choices() }} />)
  })
  app.post('/media/settings', async (c) => {
    const typed = read(c)
    const model = { typed, people: await choices() }
    const ids = model.people.map(({ id }) => id)
    const errors = errorsOf(c.get('ui'), typed)
    if (Object.keys(errors).length > 0)
      return renderPage(c, <MediaSettingsPage ui={c.get('ui')} model={{ ...model, errors }} />, 400)
    await media.saveSettings(viewerOf(c), settingsOf(typed, ids))
    return c.redirect('/media?done=saved', 303)
  })
}

function typedOf({ t }: Ui, settings: MediaSettings | undefined): SettingsTyped {
  const carrier = (weekday: number): string => settings?.carriers.find((one) => one.weekday === weekday)?.person ?? ''
  return {
    name: settings?.name ?? t.mediaPage.nameDefault,
    size: String(settings?.size ?? 5),
    checkAt: settings?.checkAt ?? '08:30',
    vaultName: settings?.vault.name ?? '',
    vaultOffsite: settings?.vault.isOffsite ?? false,
    carriers: WEEKDAYS.map(carrier),
    capacityGb: settings?.notes.capacityBytes ? String(settings.notes.capacityBytes / GB) : '',
    risk: settings?.notes.risk ?? '',
    response: settings?.notes.response ?? '',
  }
}

function read(c: WebContextOf): SettingsTyped {
  return {
    name: field(c, 'name'),
    size: field(c, 'size').normalize('NFKC'),
    checkAt: field(c, 'checkAt').normalize('NFKC').padStart(5, '0'),
    vaultName: field(c, 'vaultName'),
    vaultOffsite: field(c, 'vaultOffsite') === '1',
    carriers: WEEKDAYS.map((weekday) => field(c, `carrier-${weekday}`)),
    capacityGb: field(c, 'capacityGb').normalize('NFKC').replaceAll(',', ''),
    risk: field(c, 'risk'),
    response: field(c, 'response'),
  }
}

function errorsOf({ t }: Ui, typed: SettingsTyped): FieldErrors {
  const { name, size, checkAt, vaultName, capacityGb } = typed
  const isSize = /^\d+$/.test(size) && Number(size) >= 2 && Number(size) <= 60
  return {
    ...(name === '' ? { name: t.field.required } : {}),
    ...(name.length > 60 ? { name: t.field['too-long'] } : {}),
    ...(isSize ? {} : { size: t.mediaPage.sizeWrong }),
    ...(/^([01]\d|2[0-3]):[0-5]\d$/.test(checkAt) ? {} : { checkAt: t.field['not-a-time'] }),
    ...(vaultName.length > 60 ? { vaultName: t.field['too-long'] } : {}),
    ...(/^([1-9]\d{0,5})?$/.test(capacityGb) ? {} : { capacityGb: t.mediaPage.capacityWrong }),
    ...(typed.risk.length > 500 ? { risk: t.field['too-long'] } : {}),
    ...(typed.response.length > 500 ? { response: t.field['too-long'] } : {}),
  }
}

function settingsOf(typed: SettingsTyped, ids: readonly string[]) {
  const { name, size, checkAt, vaultName, vaultOffsite, carriers, capacityGb, risk, response } = typed
  return {
    name,
    size: Number(size),
    checkAt,
    vault: { name: vaultName, isOffsite: vaultOffsite },
    carriers: carriers.flatMap((person, weekday) => (ids.includes(person) ? [{ weekday, person }] : [])),
    notes: { capacityBytes: capacityGb === '' ? null : Number(capacityGb) * GB, risk, response },
  }
}
