/**
 * The reader as a state and what people do to it. Each change draws the whole screen anew from pure functions; nothing is
 * stored outside this object, and closing it lets go of keys and records.
 */
import { systemClock } from '#base'
import { confirmed, isConfusable } from '#chart/browser'
import {
  type Cover,
  type Did,
  type Edition,
  type EditionPatient,
  type LoadPayload,
  LOOK_REASONS,
  type LookReason,
  readCover,
  readPassphrase,
  sealLog,
  unlock,
} from '#edition/format'
import type { Language } from '../format.ts'
import { AccessLog } from './access-log.ts'
import { Body, type BodyState } from './body.tsx'
import { type ChartModel, footerOf } from './chart-screen.tsx'
import type { Screen } from './screen.ts'
import type { CoverModel, UnlockProblem } from './cover-screen.tsx'
import { Frame } from './frame.tsx'
import { logText, VerifyProgress, type VerifyModel } from './log-screen.tsx'
import { type Look, lookIn } from './look.ts'
import { addressOf, describe, fill, type Markup, saveText } from './page-parts.ts'
import { Results } from './search-screen.tsx'
import { makeStack, patientsOf } from './stack-screen.tsx'

interface Person {
  readonly name: string
  readonly reason: LookReason
}

/** As it was typed, before anything of it is looked at. */
interface Typed {
  readonly name: string
  readonly reason: string
  readonly passphrase: string
}

export class Reader {
  readonly #root: HTMLElement
  readonly #load: LoadPayload
  readonly #log = new AccessLog()
  #language: Language = 'ja'
  #cover: Cover | undefined
  #edition: Edition | undefined
  #person: Person | undefined
  /** Of the edition that was opened last: the log is saved after it is closed, too. */
  #logKey: CryptoKey | undefined
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
    this.#note('closed', undefined)
    this.#edition = undefined
    this.#person = undefined
    this.#query = ''
    this.#showCover({ closedBy: by })
    return true
  }

  /** Something on the disc is not of the shape that this page relies on, sealed or not: it is not shown. */
  failed(): void {
    const screen = this.#screen
    const row = screen.kind === 'identify' ? screen.row : screen.kind === 'chart' ? screen.model.row : undefined
    if (this.#edition && row !== undefined) return this.#show({ kind: 'refused', row, state: 'damaged' })
    this.#edition = undefined
    this.#show({ kind: 'broken', problem: 'unreadable' })
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
      case 'stack':
        return this.#stack(field('why').trim())
    }
  }

  search(query: string): void {
    if (!this.#edition || this.#screen.kind !== 'search') return
    this.#query = query
    this.#fill('#results', <Results look={this.#look()} edition={this.#edition} query={query} />)
  }

  async click(target: HTMLElement): Promise<void> {
    const { go, patient, extra, stack, do: does } = target.dataset
    if (go) return this.#go(go)
    if (patient !== undefined) {
      this.#edition?.prepare(Number(patient))
      return this.#show({ kind: 'identify', row: Number(patient) })
    }
    if (stack !== undefined) return this.#showStack(Number(stack))
    if (extra !== undefined) return this.#openExtra(Number(extra))
    if (does) return this.#do(does)
    const href = target.getAttribute('href') ?? ''
    if (href === '#all-columns') return this.#change(({ allColumns }) => ({ allColumns: !allColumns }))
    const document = /^#document-(\d+)$/.exec(href)
    if (document) return this.#openDocument(Number(document[1]))
    if (target.dataset['saves']) this.#note('saved', this.#patient())
  }

  printed(): void {
    if (this.#screen.kind === 'chart' || this.#screen.kind === 'document') this.#note('printed', this.#patient())
    // Each of them: the list alone would not tell whose sheets lie about.
    if (this.#screen.kind === 'stack')
      for (const patient of this.#screen.model.made?.printed ?? []) this.#note('printed', patient)
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
        return this.#change(() => ({ sheet: { kind: 'summary', audience: 'staff' } }))
      case 'sheet-patient':
        return this.#change(() => ({ sheet: { kind: 'summary', audience: 'patient' } }))
      case 'sheet-medicines':
        return this.#change(() => ({ sheet: { kind: 'medicines', audience: 'staff' } }))
      case 'sheet-medicines-patient':
        return this.#change(() => ({ sheet: { kind: 'medicines', audience: 'patient' } }))
      case 'sheet-slips':
        return this.#change(() => ({ sheet: { kind: 'all', audience: 'staff' } }))
      case 'slips':
        return this.#show({ kind: 'slips' })
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

  async #unlock(typed: Typed): Promise<void> {
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
    this.#logKey = await result.edition.logKey()
    this.#person = { name: typed.name, reason: LOOK_REASONS.find((known) => known === typed.reason) ?? 'other' }
    this.#note('unlocked', undefined)
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
    const patient = edition.index.entry(row)
    const button = this.#root.querySelector('form button')
    if (button) button.textContent = this.#look().r.chart.opening
    const opened = await edition.chart(row)
    // Closed while the disc was read.
    if (this.#edition !== edition) return
    if (opened.state !== 'opened') {
      this.#note('refused', patient, why)
      return this.#show({ kind: 'refused', row, state: opened.state })
    }
    this.#note('opened', patient, why)
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
    this.#note('document', this.#patient())
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

  #showStack(n: number): void {
    const list = this.#edition?.index.about.lists[n]
    if (list) this.#show({ kind: 'stack', model: { list } })
  }

  async #stack(why: string): Promise<void> {
    const edition = this.#edition
    if (!edition || this.#screen.kind !== 'stack') return
    const { list } = this.#screen.model
    const patients = patientsOf(edition, list)
    if (why === '' && patients.some(({ isProtected }) => isProtected))
      return this.#show({ kind: 'stack', model: { list, problem: 'required' } })
    const look = this.#look()
    const screen = this.#screen
    const made = await makeStack(look, edition, list, this.#person?.name ?? '', (done) => {
      this.#fill('#stack-progress', look.r.stack.running(look.f.count(done), look.f.count(patients.length)))
      return this.#screen === screen
    })
    if (!made || this.#edition !== edition || this.#screen !== screen) return
    for (const patient of made.printed) this.#note('opened', patient, why)
    this.#show({ kind: 'stack', model: { list, made } })
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

  async #saveLog(): Promise<void> {
    const head = this.#cover!.manifest.head
    const look = this.#look()
    const about = `${look.r.log.title}\t${head.institution}\t${look.r.cover.number(String(head.number))}\t${head.bundle}`
    const sealed = this.#logKey ? await sealLog(this.#logKey, head.bundle, this.#log) : ''
    const text = logText(look, this.#log, about)
    saveText(`toride-${head.number}-log.txt`, `${text}\r\n${look.r.log.sealedPart}\r\n${sealed}\r\n`)
    this.#log.kept()
  }

  #change(how: (model: ChartModel) => Partial<ChartModel>): void {
    if (this.#screen.kind !== 'chart') return
    const { model } = this.#screen
    this.#show({ kind: 'chart', model: { ...model, ...how(model) } })
  }

  #note(did: Did, patient: EditionPatient | undefined, why = ''): void {
    const { name: who = '', reason = 'other' } = this.#person ?? {}
    const { patientKey, patientId, source } = patient ?? { patientKey: '', patientId: '' }
    const from = source === undefined ? {} : { source }
    this.#log.add({ at: systemClock.now(), who, did, patientKey, patientId, ...from, reason, why })
  }

  #patient(): EditionPatient | undefined {
    const screen = this.#screen.kind === 'document' ? this.#screen.back : this.#screen
    return screen.kind === 'chart' ? this.#edition?.index.entry(screen.model.row) : undefined
  }

  // Drawing

  #look(): Look {
    return lookIn(this.#language)
  }

  #showCover(model: Partial<Omit<CoverModel, 'cover'>>): void {
    const typed = model.typed ?? { name: '', reason: 'care' }
    this.#show({ kind: 'cover', model: { ...model, typed } })
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
    const isSheets =
      (screen.kind === 'chart' && screen.model.sheet !== undefined) ||
      (screen.kind === 'stack' && screen.model.made !== undefined) ||
      screen.kind === 'slips'
    document.body.classList.toggle('is-sheets', isSheets)
    const footer = screen.kind === 'chart' ? footerOf(look, screen.model.opened.chart) : undefined
    fill(
      this.#root,
      <Frame
        look={look}
        head={this.#cover?.manifest.head}
        asOfMs={screen.kind === 'chart' ? screen.model.opened.chart.generation.asOf : this.#cover?.manifest.head.asOf}
        isOpen={this.#edition !== undefined}
        footer={footer}
        who={this.#person?.name}
      >
        <Body look={look} screen={screen} state={this.#state()} />
      </Frame>,
    )
  }

  #state(): BodyState {
    return {
      cover: this.#cover,
      edition: this.#edition,
      who: this.#person?.name,
      log: this.#log,
      query: this.#query,
    }
  }

  #fill(place: string, markup: Markup): void {
    const element = this.#root.querySelector(place)
    if (element) fill(element, markup)
  }
}
