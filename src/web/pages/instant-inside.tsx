/** ディスクの中のファイル: partitions, folders and files of a disk image, without starting it. */
import {
  AsOfBanner,
  ButtonLink,
  type Column,
  DataTable,
  FolderMark,
  EmptyState,
  Notice,
  PageFrame,
  PageHeading,
  Section,
} from '../components/index.ts'
import type { ErrorCode } from '#base'
import type { InsideView } from '../instant-ports.ts'
import { errorSentences } from '../messages/errors.ts'
import type { Ui } from '../ui.ts'
import { insidePath, instantPath } from './instant-paths.ts'

type Entry = InsideView['entries'][number] & { readonly position: number }

export function InsidePage({ ui, view }: { ui: Ui; view: InsideView }) {
  const t = ui.t.instant.inside
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading title={view.trail.at(-1) ?? view.imageName} lead={t.lead}>
        <ButtonLink href={instantPath(view.generationId)}>{ui.t.instant.imagesTitle}</ButtonLink>
      </PageHeading>
      <AsOfBanner ui={ui} asOfMs={view.takenAtMs} />
      {view.part === undefined ? <Parts ui={ui} view={view} /> : <Folder ui={ui} view={view} part={view.part} />}
      <p class="quiet">{ui.t.files.recorded}</p>
    </PageFrame>
  )
}

/** What cannot be looked into, why, and the way back to the disk, which can still be started. */
export function InsideRefusedPage({ ui, generationId, code }: { ui: Ui; generationId: string; code: ErrorCode }) {
  const t = ui.t.instant
  const { what, why, next } = errorSentences(code, ui.f.language)
  return (
    <PageFrame ui={ui} title={t.inside.title} patientPage>
      <PageHeading title={t.inside.title} lead={t.inside.lead} />
      <Notice ui={ui} kind="danger" title={what}>
        <p>{why}</p>
        <p class="strong">{next}</p>
        <p class="quiet mono">{code}</p>
      </Notice>
      <p class="actions screen-only">
        <ButtonLink href={instantPath(generationId)} kind="primary">
          {t.imagesTitle}
        </ButtonLink>
      </p>
    </PageFrame>
  )
}

function Parts({ ui, view }: { ui: Ui; view: InsideView }) {
  const t = ui.t.instant.inside
  if (view.parts.length === 0) return <EmptyState title={t.noParts} next={t.noPartsNext} />
  const columns: Column<InsideView['parts'][number]>[] = [
    {
      key: 'name',
      head: t.part,
      isName: true,
      cell: ({ name, kind }) => {
        const words = name === 'disk' ? t.whole : t.partNumber(name.replace('part', ''))
        return kind === 'other' ? words : <a href={insidePath(view, name)}>{words}</a>
      },
    },
    { key: 'kind', head: t.kindHead, cell: ({ kind }) => t.kind[kind] },
    { key: 'size', head: ui.t.files.size, align: 'right', cell: ({ sizeBytes }) => ui.f.size(sizeBytes) },
  ]
  return (
    <Section title={t.partsTitle}>
      <DataTable ui={ui} caption={t.partsTitle} hideCaption columns={columns} rows={view.parts} />
    </Section>
  )
}

function Folder({ ui, view, part }: { ui: Ui; view: InsideView; part: string }) {
  const t = ui.t.files
  const rows: Entry[] = view.entries.map((entry, position) => ({ ...entry, position }))
  const columns: Column<Entry>[] = [
    {
      key: 'name',
      head: t.name,
      isName: true,
      cell: ({ kind, name, position }) =>
        kind === 'folder' ? (
          <a href={insidePath(view, part, [...view.at, position])}>
            <FolderMark /> {name}
          </a>
        ) : (
          name
        ),
    },
    { key: 'size', head: t.size, align: 'right', cell: (one) => (one.kind === 'file' ? ui.f.size(one.sizeBytes) : '') },
    {
      key: 'save',
      head: t.saveHead,
      cell: ({ kind, name, position }) =>
        kind === 'file' ? (
          <a href={`${insidePath(view, part, [...view.at, position], 'file')}&save=1`}>
            {t.save}
            <span class="visually-hidden"> {name}</span>
          </a>
        ) : (
          ''
        ),
    },
  ]
  const doors = [view.imageName, ...view.trail]
  return (
    <>
      <nav class="trail" aria-label={t.trail}>
        <ol>
          {doors.map((name, depth) => (
            <li>
              {depth === doors.length - 1 ? (
                <span aria-current="page">{name}</span>
              ) : (
                <a href={insidePath(view, part, view.at.slice(0, depth))}>{name}</a>
              )}
            </li>
          ))}
        </ol>
      </nav>
      <section class="block">
        {rows.length === 0 ? (
          <p>{t.nothing}</p>
        ) : (
          <DataTable ui={ui} caption={ui.t.instant.inside.title} hideCaption columns={columns} rows={rows} />
        )}
      </section>
    </>
  )
}
