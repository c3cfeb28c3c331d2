/**
 * The reader as a state and what people do to it. Each change draws the whole screen anew from pure functions; nothing is
 * stored outside this object, and closing it lets go of keys and records.
 */
import { systemClock } from '#base'
import { confirmed, isConfusable } from '#chart/browser'
import { type Cover, type Edition, type LoadPayload, readCover, readPassphrase, unlock } from '#edition/format'
import type { Language } from '../format.ts'
import { AccessLog, type Did } from './access-log.ts'
import { type ChartModel, ChartRefused, ChartScreen, DocumentScreen, footerOf } from './chart-screen.tsx'
import {
  BrokenScreen,
  type CoverModel,
  CoverScreen,
  type Reason,
  REASONS,
  type UnlockProblem,
} from './cover-screen.tsx'
import { Frame } from './frame.tsx'
import { LogScreen, logText, VerifyProgress, VerifyScreen, type VerifyModel } from './log-screen.tsx'
import { type Look, lookIn } from './look.ts'
import { IdentifyScreen, Results, SearchScreen } from './search-screen.tsx'

type Screen =
  | { readonly kind: 'loading' }
  | { readonly kind: 'broken'; readonly problem: 'missing' | 'unreadable' }
  | { readonly kind: 'cover'; readonly model: Omit<CoverModel, 'cover'> }
  | { readonly kind: 'search' }
  | { readonly kind: 'identify'; readonly row: number; readonly problem?: 'wrong' | 'required' }
  | { readonly kind: 'chart'; readonly model: ChartModel }
  | {
      readonly kind: 'refused'
      readonly row: number
      readonly state: 'missing' | 'damaged' | 'other-disc' | 'not-made'
    }
  | {
      readonly kind: 'document'
      readonly title: string
      readonly contentType: string
      readonly url: string | undefined
      readonly back: Screen
    }
  | { readonly kind: 'log' }
  | { readonly kind: 'verify'; readonly model: VerifyModel }

interface Person {
  readonly name: string
  readonly reason: string
}

export class Reader {
  readonly #root: HTMLElement
  readonly #load: LoadPayload
  readonly #log = new AccessLog()
  #language: Language = 'ja'
  #cover: Cover | undefined
  #edition: Edition | undefined
  #person: Person | undefined
  #screen: Screen = { kind: 'loading' }
  #query = ''

  constructor(root: HTMLElement, load: LoadPayload) {
    this.#root = root
    this.#load = load
  }

  async start(): Promise<void> {
    this.#draw()
    const cover = await readCover(this.#load)
    if ('problem' in cover) return this.#show({ kind: 'broken', problem: cover.problem })
    this.#cover = cover
    this.#showCover({})
  }

  get isUnkept(): boolean {
    return this.#log.isUnkept
  }

  /** @returns whether there was anything to close */
  close(by: 'idle' | 'person'): boolean {
    if (!this.#edition) return false
    this.#note('closed')
    this.#edition = undefined
    this.#person = undefined
    this.#query = ''
    this.#showCover({ closedBy: by })
    return true
  }

  // What people do

  async submit(form: HTMLFormElement): Promise<void> {
    const field = (name: string) => {
      const value = new FormData(form).get(name)
      return typeof value === 'string' ? value : ''
    }
    switch (form.dataset['form']) {
      case 'unlock':
        return this.#unlock({ name: field('name').trim(), reason: field('reason'), passphrase: field('passphrase') })
      case 'search':
        return this.search(field('query'))
      case 'identify':
        return this.#identify(field('birth'), field('why').trim())
    }
  }

  search(query: string): void {
    if (!this.#edition || this.#screen.kind !== 'search') return
    this.#query = query
    this.#fill('#results', <Results look={this.#look()} edition={this.#edition} query={query} />)
  }

  async click(target: HTMLElement): Promise<void> {
    const { go, patient, extra, do: does } = target.dataset
    if (go) return this.#go(go)
    if (patient !== undefined) return this.#show({ kind: 'identify', row: Number(patient) })
    if (extra !== undefined) return this.#openExtra(Number(extra))
    if (does) return this.#do(does)
    const href = target.getAttribute('href') ?? ''
    if (href === '#all-columns') return this.#change(({ allColumns }) => ({ allColumns: !allColumns }))
    const document = /^#document-(\d+)$/.exec(href)
    if (document) return this.#openDocument(Number(document[1]))
    if (target.dataset['saves']) this.#note('saved', this.#patientId())
  }

  printed(): void {
    if (this.#screen.kind === 'chart' || this.#screen.kind === 'document') this.#note('printed', this.#patientId())
  }

  #go(place: string): void {
    if (place === 'language') {
      this.#language = this.#language === 'ja' ? 'en' : 'ja'
      return this.#draw()
    }
    if (place === 'close') {
      this.close('person')
      return this.#show({ kind: 'log' })
    }
    if (place === 'search') return this.#show({ kind: 'search' })
    if (place === 'log') return this.#show({ kind: 'log' })
    if (place === 'verify') this.#show({ kind: 'verify', model: { state: 'before', done: 0, of: 0 } })
  }

  async #do(does: string): Promise<void> {
    switch (does) {
      case 'search':
        return this.#show({ kind: 'search' })
      case 'sheet-staff':
        return this.#change(() => ({ sheet: 'staff' }))
      case 'sheet-patient':
        return this.#change(() => ({ sheet: 'patient' }))
      case 'origins':
        return this.#change(({ showOrigins }) => ({ showOrigins: !showOrigins }))
      case 'whole':
        return this.#screen.kind === 'document'
          ? this.#leaveDocument(this.#screen)
          : this.#change(() => ({ sheet: undefined }))
      case 'print':
        return window.print()
      case 'cover':
        return this.#showCover({})
      case 'print-log':
        window.print()
        return this.#log.kept()
      case 'save-log':
        return this.#saveLog()
      case 'verify':
        return this.#verify()
    }
  }

  async #unlock(typed: Person & { readonly passphrase: string }): Promise<void> {
    const fail = (more: { nameMissing?: boolean; problem?: UnlockProblem }) => this.#showCover({ typed, ...more })
    if (typed.name === '') return fail({ nameMissing: true })
    const read = readPassphrase(typed.passphrase)
    if ('problem' in read) return fail({ problem: read.problem })
    const working = this.#root.querySelector('#working')
    if (working) working.textContent = this.#look().r.unlock.working
    this.#root.querySelector('form button')?.setAttribute('disabled', '')
    const result = await unlock(this.#cover!, read.passphrase, this.#load)
    if ('problem' in result) return fail({ problem: result.problem })
    this.#edition = result.edition
    const reason = REASONS.find((known): known is Reason => known === typed.reason) ?? 'other'
    this.#person = { name: typed.name, reason: this.#look().r.unlock.reasons[reason] }
    this.#note('unlocked')
    this.#show({ kind: 'search' })
  }

  async #identify(birth: string, why: string): Promise<void> {
    const edition = this.#edition
    if (!edition || this.#screen.kind !== 'identify') return
    const { row } = this.#screen
    const patient = edition.index.entry(row)
    if (patient.isProtected && why === '') return this.#show({ kind: 'identify', row, problem: 'required' })
    if (edition.index.similarTo(row).patients.some(isConfusable) && confirmed(patient, [birth]) < 1)
      return this.#show({ kind: 'identify', row, problem: 'wrong' })
    await this.#openChart(row, why)
  }

  async #openChart(row: number, why: string): Promise<void> {
    const edition = this.#edition!
    const { patientId } = edition.index.entry(row)
    const button = this.#root.querySelector('form button')
    if (button) button.textContent = this.#look().r.chart.opening
    const opened = await edition.chart(row)
    // Closed while the disc was read.
    if (this.#edition !== edition) return
    if (opened.state !== 'opened') {
      this.#note('refused', patientId, why)
      return this.#show({ kind: 'refused', row, state: opened.state })
    }
    this.#note('opened', patientId, why)
    const documents = (await edition.documents(row)) ?? []
    if (this.#edition !== edition) return
    const model = { row, opened, documents, showOrigins: false, allColumns: false, sheet: undefined }
    this.#show({ kind: 'chart', model })
  }

  async #openDocument(n: number): Promise<void> {
    const back = this.#screen
    const edition = this.#edition
    if (!edition || back.kind !== 'chart') return
    const place = back.model.documents[n]
    if (!place) return
    const { title, contentType } = describe(back.model, place.path)
    const bytes = await edition.document(back.model.row, place)
    if (this.#edition !== edition) return
    this.#note('document', this.#patientId())
    this.#show({ kind: 'document', title, contentType, url: addressOf(bytes, contentType), back })
  }

  async #openExtra(n: number): Promise<void> {
    const edition = this.#edition
    const extra = edition?.index.about.extras[n]
    if (!edition || !extra) return
    const bytes = await edition.extra(n)
    if (this.#edition !== edition) return
    const { title, contentType } = extra
    this.#show({ kind: 'document', title, contentType, url: addressOf(bytes, contentType), back: { kind: 'search' } })
  }

  #leaveDocument(screen: Extract<Screen, { kind: 'document' }>): void {
    this.#show(screen.back)
  }

  async #verify(): Promise<void> {
    const edition = this.#edition
    if (!edition) return
    const tell = (done: number, of: number, rest: Partial<VerifyModel> = {}) => {
      if (this.#edition !== edition || this.#screen.kind !== 'verify') return
      const model: VerifyModel = { state: 'running', done, of, ...rest }
      this.#screen = { kind: 'verify', model }
      this.#fill('#verify', <VerifyProgress look={this.#look()} model={model} />)
    }
    tell(0, edition.cover.manifest.packs.length)
    const found = await edition.verify(tell)
    tell(0, 0, { state: 'done', found })
  }

  #saveLog(): void {
    const head = this.#cover!.manifest.head
    const look = this.#look()
    const about = `${look.r.log.title}\t${head.institution}\t${look.r.cover.number(String(head.number))}\t${head.bundle}`
    // With a mark, or spreadsheets take it for another character set.
    const url = addressOf(new TextEncoder().encode(`\uFEFF${logText(look, this.#log, about)}`), 'text/plain')!
    const link = document.createElement('a')
    link.href = url
    link.download = `toride-${head.number}-log.txt`
    link.click()
    this.#log.kept()
  }

  #change(how: (model: ChartModel) => Partial<ChartModel>): void {
    if (this.#screen.kind !== 'chart') return
    const { model } = this.#screen
    this.#show({ kind: 'chart', model: { ...model, ...how(model) } })
  }

  #note(did: Did, patientId = '', why = ''): void {
    const { name = '', reason = '' } = this.#person ?? {}
    this.#log.add({ at: systemClock.now(), who: name, did, patientId, why: [reason, why].filter(Boolean).join(' / ') })
  }

  #patientId(): string {
    const screen = this.#screen.kind === 'document' ? this.#screen.back : this.#screen
    return screen.kind === 'chart' ? (this.#edition?.index.entry(screen.model.row).patientId ?? '') : ''
  }

  // Drawing

  #look(): Look {
    return lookIn(this.#language)
  }

  #showCover(model: Partial<Omit<CoverModel, 'cover'>>): void {
    const typed = model.typed ?? { name: '', reason: 'care' }
    this.#show({ kind: 'cover', model: { ...model, typed: { name: typed.name, reason: typed.reason } } })
  }

  #show(screen: Screen): void {
    const left = this.#screen
    if (left.kind === 'document' && left.url && screen !== left) URL.revokeObjectURL(left.url)
    this.#screen = screen
    this.#draw()
    window.scrollTo(0, 0)
    const first = this.#root.querySelector<HTMLElement>(
      '.field-wrong input, [data-form="search"] input, [data-form="identify"] input, [data-form="unlock"] input',
    )
    ;(first ?? this.#root.querySelector<HTMLElement>('main'))?.focus()
  }

  #draw(): void {
    const look = this.#look()
    const screen = this.#screen
    document.documentElement.lang = look.f.language
    document.title = look.r.title
    // Sheets have their own feet; the style sheet takes everything else off the paper.
    document.body.classList.toggle('is-sheets', screen.kind === 'chart' && screen.model.sheet !== undefined)
    const footer = screen.kind === 'chart' ? footerOf(look, screen.model.opened.chart) : undefined
    fill(
      this.#root,
      <Frame
        look={look}
        head={this.#cover?.manifest.head}
        isOpen={this.#edition !== undefined}
        footer={footer}
        who={this.#person?.name}
      >
        {this.#body(look, screen)}
      </Frame>,
    )
  }

  #fill(place: string, markup: Markup): void {
    const element = this.#root.querySelector(place)
    if (element) fill(element, markup)
  }

  #body(look: Look, screen: Screen) {
    const edition = this.#edition
    switch (screen.kind) {
      case 'loading':
        return <p>{look.r.loading}</p>
      case 'broken':
        return <BrokenScreen look={look} problem={screen.problem} />
      case 'cover':
        return <CoverScreen look={look} model={{ ...screen.model, cover: this.#cover! }} />
      case 'log':
        return <LogScreen look={look} log={this.#log} isOpen={edition !== undefined} />
    }
    if (!edition) return null
    switch (screen.kind) {
      case 'search':
        return <SearchScreen look={look} edition={edition} query={this.#query} />
      case 'identify':
        return (
          <IdentifyScreen
            look={look}
            edition={edition}
            model={{ ...screen, patient: edition.index.entry(screen.row) }}
          />
        )
      case 'chart':
        return <ChartScreen look={look} edition={edition} model={{ ...screen.model, who: this.#person?.name }} />
      case 'refused': {
        const { kanji, kana, patientId, disc } = edition.index.entry(screen.row)
        return <ChartRefused look={look} state={screen.state} name={kanji || kana} patientId={patientId} disc={disc} />
      }
      case 'document':
        return <DocumentScreen look={look} model={screen} />
      case 'verify':
        return <VerifyScreen look={look} model={screen.model} />
    }
  }
}

interface Markup {
  toString(): string
}

/** Every text in it was escaped by the shared components, and the page's policy runs no script but this one. */
function fill(element: Element, markup: Markup): void {
  element.innerHTML = markup.toString()
}

function describe(model: ChartModel, path: string): { title: string; contentType: string } {
  const { notes, documents } = model.opened.chart
  for (const section of [notes, documents])
    if (section.access === 'shown')
      for (const document of section.value) {
        const file = document.files.find((one) => one.path === path)
        if (file) return { title: document.title, contentType: file.contentType }
      }
  return { title: '', contentType: 'application/octet-stream' }
}

/** Only kinds that cannot run anything are named to the browser; the rest is bytes to be saved. */
function addressOf(bytes: Uint8Array<ArrayBuffer> | undefined, contentType: string): string | undefined {
  if (!bytes) return undefined
  const isHarmless = /^image\/(?:png|jpeg|gif|bmp|webp)$|^application\/pdf$|^text\/plain$/.test(contentType)
  return URL.createObjectURL(new Blob([bytes], { type: isHarmless ? contentType : 'application/octet-stream' }))
}
