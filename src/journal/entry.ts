/**
 * What the ledger can say. Every kind of entry is one line of {@link ENTRY_TYPES}: the shape of its `data`, checked when
 * it is written. An older program meets types it does not know: reading is lenient (`codec.ts`), writing strict.
 *
 * No patient data in the clear, ever (SECURITY.md 15): a patient is `patient:<HMAC>` (`seal.ts`), what only some may read
 * goes into `sealed`. Words in `data` are codes of ours, ids, numbers and counts; no path of a source, no free text about
 * a patient.
 */
import { z } from 'zod'
import { AppError } from '#base'

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)
const id = z.string().min(1).max(200)
const instant = z.iso.datetime({ precision: 3 })
const count = z.int().nonnegative()

/** Names of index files kept in full up to here; the hash over all of them is always there. An entry holds 64 KiB. */
export const MAX_INDEX_NAMES = 400

const generationRecorded = z.strictObject({
  source: id,
  /** `id` of the repository's config file. */
  repository: sha256Hex,
  snapshot: sha256Hex,
  /** Root tree of the snapshot. */
  tree: sha256Hex,
  /** The time inside the snapshot file. */
  snapshotTime: instant,
  /** SHA-256 of the manifest: names and sizes of every object the generation needs (SECURITY.md 1). */
  manifest: sha256Hex,
  /** Index files of the repository at that moment: how many, SHA-256 over the sorted names joined by LF, and the names. */
  indexCount: count,
  indexHash: sha256Hex,
  indexNames: z.array(sha256Hex).max(MAX_INDEX_NAMES).optional(),
  files: count,
  bytes: count,
  addedBytes: count,
  started: instant,
  finished: instant,
  /** Readings that could not be saved; their names lie sealed in the catalogue. */
  skipped: count,
  /** Whether every blob the snapshot needs lies in a pack that exists with the right size. */
  closure: z.strictObject({ result: z.enum(['complete', 'incomplete']), blobs: count, packs: count, missing: count }),
  walk: z.enum(['full', 'incremental']),
})

const lock = z.strictObject({
  repository: sha256Hex,
  snapshot: sha256Hex,
  place: id,
  until: instant,
  strength: z.enum(['immutable-attribute', 'logical', 'object-lock', 'keeper']),
  objects: count,
})

const verification = z.strictObject({
  repository: sha256Hex,
  snapshot: sha256Hex,
  place: id,
  /** structure = index and trees; all-data = every pack read; sample = part of the packs. */
  scope: z.enum(['structure', 'sample', 'all-data']),
  result: z.enum(['ok', 'damaged']),
  bytesRead: count,
  problems: count,
  /** What kinds of problem, with how many of the first ten thousand. */
  codes: z
    .array(z.strictObject({ code: id, count }))
    .max(100)
    .optional(),
})

const outcome = z.strictObject({
  repository: sha256Hex,
  snapshot: sha256Hex,
  reason: z.enum(['policy', 'request', 'erasure']),
})

/** What was changed, by name only: never the old or new value of a secret. */
const changes = z.array(id).min(1)

/** Why an alarm is over: the folder was copied or moved, an older copy was put back, it was examined, it was a drill. */
export const ALARM_REASONS = ['copied', 'restored', 'examined', 'drill'] as const
export type AlarmReason = (typeof ALARM_REASONS)[number]

/** Why a recovery kit counts no longer: a new one took its place, it was lost, somebody saw it, its holder left. */
export const KIT_REASONS = ['replaced', 'lost', 'seen', 'holder-left'] as const
export type KitReason = (typeof KIT_REASONS)[number]

/** Why an emergency envelope is over: its time, a person, never opened and lost or seen, only asked for and taken back. */
export const EMERGENCY_ENDS = ['time', 'person', 'lost', 'seen', 'taken-back'] as const
export type EmergencyEnd = (typeof EMERGENCY_ENDS)[number]

/** What made many files look changed, by a person who knows it: nothing of these is an attack. */
export const CLEAR_REASONS = [
  'mass-correction',
  'export',
  'migration',
  'software',
  'clean-up',
  'drill',
  'other',
] as const
export type ClearReason = (typeof CLEAR_REASONS)[number]

/** What is preserved before anything is restored (R63), and why a restore has nothing to do with an attack. */
export const EVIDENCE_KINDS = [
  'firewall-log',
  'vpn-log',
  'server-log',
  'disk-image',
  'memory',
  'note',
  'other',
] as const
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]
export const MISHAP_REASONS = ['deleted', 'wrong-change', 'disk-failed', 'moved', 'disaster', 'drill', 'other'] as const
export type MishapReason = (typeof MISHAP_REASONS)[number]

/** Why a disk of a backup is started without restoring it. */
export const INSTANT_REASONS = ['go-on', 'take-out', 'test', 'examine'] as const
export type InstantReason = (typeof INSTANT_REASONS)[number]
/** Why raw files are looked at or taken out together. */
export const LOOK_REASONS = ['restore', 'care', 'vendor', 'investigation', 'drill'] as const
export type LookReason = (typeof LOOK_REASONS)[number]

/** Why data is to be erased, and why an entry was lifted. */
export const ERASE_REASONS = ['request', 'retention-over', 'wrong-data', 'order'] as const
export type EraseReason = (typeof ERASE_REASONS)[number]
export const LIFT_REASONS = ['mistake', 'withdrawn'] as const
export type LiftReason = (typeof LIFT_REASONS)[number]

/** Merged from an emergency PC's log: which PC, which entry there, when by its clock. */
/** A look on an edition, out of a log that was saved there: whose, which line, when by that computer's clock. */
const editionLook = z.strictObject({ number: count, session: id, index: count, at: instant }).optional()
const stationLook = z.strictObject({ id, index: count, at: instant }).optional()

export const STATION_REASONS = ['lost', 'stolen', 'card-seen', 'replaced', 'not-used'] as const
export type StationReason = (typeof STATION_REASONS)[number]

/** What happens to an edition after it was made. */
export const EDITION_MOVES = ['handed-on', 'returned', 'destroyed', 'lost', 'found', 'replaced'] as const
export type EditionMove = (typeof EDITION_MOVES)[number]

/** Type → shape of `data`. Names are `<thing>.<what happened to it>`; a released name or field is never changed. */
export const ENTRY_TYPES = {
  'ledger.created': z.strictObject({ origin: id, verifierKey: id }),

  'generation.recorded': generationRecorded,
  'generation.locked': lock,
  'generation.lock-extended': lock,
  'generation.verified': verification,
  'generation.expired': outcome,
  'generation.restored': z.strictObject({
    repository: sha256Hex,
    snapshot: sha256Hex,
    scope: z.enum(['all', 'part', 'one-patient', 'rehearsal']),
    /** Why somebody looked at raw files where roles decide part by part, or took many out. */
    reason: z.enum(LOOK_REASONS).optional(),
    files: count,
    bytes: count,
    result: z.enum(['complete', 'incomplete']),
  }),

  /** A rehearsal from beginning to end. `report`: SHA-256 of its PDF, which is signed by standing here. */
  'generation.rehearsed': z.strictObject({
    repository: sha256Hex,
    snapshot: sha256Hex,
    result: z.enum(['passed', 'partly', 'failed', 'stopped', 'interrupted']),
    steps: z.array(z.strictObject({ step: id, state: id, code: id.optional(), ms: count })).max(20),
    sharePercent: count,
    report: sha256Hex.optional(),
  }),

  /** Files look as after an attack: what was seen, and of how many files. */
  'generation.suspected': z.strictObject({
    repository: sha256Hex,
    snapshot: sha256Hex,
    signs: z.array(z.strictObject({ kind: id, files: count })).min(1),
  }),
  /** A person looked at a suspected one and says that it is normal work. */
  'generation.cleared': z.strictObject({ repository: sha256Hex, snapshot: sha256Hex, reason: z.enum(CLEAR_REASONS) }),

  /** All files of it lie at a place that makes no promise to hold it: a medium that is taken off, a plain server. */
  'generation.copied': z.strictObject({ repository: sha256Hex, snapshot: sha256Hex, place: id }),

  /**
   * A Keeper's receipt came and is kept. `receipt`: SHA-256 of the note. Without it nothing is locked at `place`; it ends
   * no earlier than `lockedUntil`.
   */
  'generation.receipt': z.strictObject({
    repository: sha256Hex,
    snapshot: sha256Hex,
    place: id,
    receipt: sha256Hex,
    /** By the Keeper's clock, both. */
    receivedAt: instant,
    lockedUntil: instant,
  }),

  /** After a restore on another machine: recorded, and not whole at the place that the others came from. */
  'generation.left-behind': z.strictObject({ repository: sha256Hex, snapshot: sha256Hex, place: id }),
  /** What was let go was taken away at a place that does not do so by itself. */
  'generation.removed': z.strictObject({ repository: sha256Hex, snapshot: sha256Hex, place: id }),
  /** Files whose bytes were no longer what their names promise were brought from another place; `names` are the first 400. */
  'repository.healed': z.strictObject({
    repository: sha256Hex,
    place: id,
    from: id,
    files: count,
    names: z.array(id).max(400),
  }),
  /** Whether a place really holds what it promises to hold, tried with our own credentials. */
  'place.tested': z.strictObject({ place: id, result: z.enum(['holds', 'refused']), code: id.optional() }),

  /** Packs whose own header does not say what index files say of them (or cannot be read): not built upon. */
  'repository.contradicted': z.strictObject({ repository: sha256Hex, place: id, packs: count, indexFiles: count }),

  /** Files that a lock covers had lost the attribute against removal; written before it is set again. */
  'repository.locks-restored': z.strictObject({ repository: sha256Hex, place: id, objects: count }),
  /** A person looked into findings that would otherwise stand for good. `raised`: when the first of them was met. */
  'alarm.acknowledged': z.strictObject({
    raised: instant,
    findings: z.array(id).min(1),
    reason: z.enum(ALARM_REASONS),
  }),

  'chart.opened': z.strictObject({
    station: stationLook,
    edition: editionLook,
    repository: sha256Hex,
    snapshot: sha256Hex,
    parts: z.array(id),
    /** Reason code where one was asked (protected patient, infections by reason, break-glass). */
    reason: id.optional(),
    flags: z.array(z.enum(['protected-staff', 'own-chart', 'break-glass', 'by-reason'])),
  }),
  'chart.searched': z.strictObject({
    station: stationLook,
    repository: sha256Hex,
    snapshot: sha256Hex,
    by: z.array(id),
    hits: count,
  }),
  'chart.printed': z.strictObject({
    station: stationLook,
    edition: editionLook,
    repository: sha256Hex,
    snapshot: sha256Hex,
    audience: z.enum(['staff', 'patient']),
  }),
  /** Sheets of many patients at once, when they are made, and when the night's file is opened; reason and ids are sealed. */
  'chart.printed-many': z.strictObject({
    station: stationLook,
    repository: sha256Hex,
    snapshot: sha256Hex,
    scope: z.enum(['ward', 'booked', 'night']),
    patients: count,
    /** Patients whose charts open with a reason only, among them. */
    protected: count,
    /** More than is usual: told to the administrators. */
    alarm: z.boolean(),
  }),

  'sign-in.succeeded': z.strictObject({ address: id }),
  'sign-in.failed': z.strictObject({
    address: id,
    why: z.enum(['unknown', 'password', 'disabled', 'code', 'expired']),
  }),
  'sign-in.locked-out': z.strictObject({
    address: id,
    scope: z.enum(['account', 'address', 'device']),
    until: instant,
  }),
  'sign-in.ended': z.strictObject({ why: z.enum(['signed-out', 'by-administrator', 'password-changed', 'disabled']) }),

  'person.created': z.strictObject({ loginName: id, profession: id, duties: z.array(id) }),
  'person.changed': z.strictObject({ changes, profession: id.optional(), duties: z.array(id).optional() }),
  'person.disabled': z.strictObject({}),
  'person.enabled': z.strictObject({}),
  'patient.protected': z.strictObject({}),
  'patient.unprotected': z.strictObject({}),

  'keys.unlocked': z.strictObject({ by: z.enum(['system-key', 'person']), strength: id.optional() }),
  'keys.changed': z.strictObject({
    what: z.enum(['system-key-on', 'system-key-off', 'person-added', 'person-removed', 'key-added']),
    name: id.optional(),
  }),
  /** An emergency envelope: asked for by one person, made by another, opened by whoever holds it, reviewed by a named one. */
  'emergency.asked': z.strictObject({ envelope: count }),
  'emergency.made': z.strictObject({ envelope: count }),
  /** Name and reason are sealed. `until`: when it ends by itself. */
  'emergency.opened': z.strictObject({ envelope: count, profession: id, reason: id, until: instant }),
  'emergency.ended': z.strictObject({ envelope: count, why: z.enum(EMERGENCY_ENDS) }),
  'emergency.reviewed': z.strictObject({ envelope: count, looks: count, result: z.enum(['right', 'questioned']) }),
  /** What a program may read with it; its words are on the screen only. */
  'token.made': z.strictObject({
    profession: id,
    sources: z.array(id),
    scopes: z.array(id),
    reason: z.boolean(),
    until: instant,
  }),
  'token.withdrawn': z.strictObject({ why: z.enum(['person', 'time', 'recovered']) }),
  /** `sheets`: 1 the kit alone, 4 with its shares. */
  'kit.issued': z.strictObject({ kit: id, sheets: count }),
  'kit.requested': z.strictObject({ reason: z.enum(KIT_REASONS) }),
  /** `alone`: by the one who asked, on a later day, because there is nobody else. */
  'kit.confirmed': z.strictObject({ alone: z.boolean() }),
  'kit.withdrawn': z.strictObject({}),
  'kit.revoked': z.strictObject({ kit: id, reason: z.enum(KIT_REASONS) }),
  /** Words of a sheet were typed in. `part` 0: the kit itself, 1 to 3: its shares. */
  'kit.checked': z.strictObject({ kit: id, part: count, result: z.enum(['right', 'wrong']) }),
  /** This log goes on from here on another machine. `size`: entries of the copy that came back. */
  'institution.recovered': z.strictObject({ kit: id, place: id, snapshot: sha256Hex, size: count, left: count }),
  /** An edition left this server for a medium; who holds it stands in its register, never here. */
  'edition.made': z.strictObject({
    edition: count,
    bundle: id,
    kind: z.enum(['care', 'reception']),
    repository: sha256Hex,
    snapshot: sha256Hex,
    /** The other sources in it. */
    more: z.array(z.strictObject({ repository: sha256Hex, snapshot: sha256Hex })).optional(),
    discs: count,
    patients: count,
    /** Made by night under a delegation, without a person. */
    night: z.boolean().optional(),
  }),
  /** Copied to a stick or folder and read back. `replaced`: folders of earlier editions that were removed there. */
  'edition.copied': z.strictObject({ edition: count, discs: count, files: count, replaced: count }),
  // Out of a log that a reader of the edition saved. Who it was is sealed.
  'edition.opened': z.strictObject({ edition: editionLook, reason: id }),
  'edition.log-merged': z.strictObject({ edition: count, session: id, from: count, to: count, looks: count }),
  'edition.log-reviewed': z.strictObject({ edition: count, looks: count, result: z.enum(['right', 'questioned']) }),
  /** Editions by night without a person: asked for by one, confirmed by another (or, `alone`, on a later day), ended. */
  'edition.night-asked': z.strictObject({
    kind: z.enum(['care', 'reception']),
    sources: z.array(id),
    days: z.array(count),
    signer: id,
  }),
  'edition.night-confirmed': z.strictObject({ alone: z.boolean() }),
  'edition.night-ended': z.strictObject({}),
  /** `witness`: the second person where it was destroyed. */
  'edition.moved': z.strictObject({
    edition: count,
    to: z.enum(EDITION_MOVES),
    witness: id.optional(),
  }),
  /** Of the erasure register; what is erased stands sealed in it, never here. */
  'erasure.entered': z.strictObject({
    entry: id,
    source: id,
    kind: z.enum(['patient', 'path']),
    reason: z.enum(ERASE_REASONS),
  }),
  /** Nothing whose time is over is let go until then. */
  'expiry.frozen': z.strictObject({ until: instant }),
  /** A disk image of a generation is served as a disk. `reach`: to programs of this computer, or to others (by TLS). */
  'instant.started': z.strictObject({
    repository: sha256Hex,
    snapshot: sha256Hex,
    session: id,
    reason: z.enum(INSTANT_REASONS),
    reach: z.enum(['here', 'network']),
    changes: z.enum(['none', 'new', 'continued']),
  }),
  'instant.ended': z.strictObject({
    session: id,
    end: z.enum(['person', 'server', 'failed']),
    bytesRead: count,
    changedBytes: count,
  }),
  /** What became of the changes of a session that ended. */
  'instant.changes': z.strictObject({ session: id, did: z.enum(['thrown', 'written']) }),
  /** Files inside a disk image were listed or taken out. */
  'instant.looked': z.strictObject({ repository: sha256Hex, snapshot: sha256Hex, files: count, bytes: count }),
  'erasure.lifted': z.strictObject({ entry: id, reason: z.enum(LIFT_REASONS) }),
  'erasure.done': z.strictObject({ entry: id }),
  /** The source goes on in a new repository, as the source `by`. */
  'source.rekeyed': z.strictObject({ source: id, by: id }),
  /** The way back: a case, what was preserved, what was decided on. Words of people stand in the state database. */
  'recovery.opened': z.strictObject({
    case: count,
    kind: z.enum(['attack', 'mishap']),
    reason: z.enum(MISHAP_REASONS).optional(),
  }),
  'recovery.evidence': z.strictObject({ case: count, kind: z.enum(EVIDENCE_KINDS), hash: sha256Hex.optional() }),
  'recovery.chosen': z.strictObject({ case: count, repository: sha256Hex, snapshot: sha256Hex }),
  /** `alone`: the second word on an override is the same person's, on a later day. */
  'recovery.gate': z.strictObject({
    case: count,
    gate: id,
    result: z.enum(['passed', 'asked', 'overridden', 'undone']),
    alone: z.boolean(),
  }),
  'restore.started': z.strictObject({
    repository: sha256Hex,
    snapshot: sha256Hex,
    run: id,
    to: z.enum(['new', 'over']),
    existing: z.enum(['beside', 'replace', 'skip']),
    scope: z.enum(['all', 'part']),
    files: count,
    bytes: count,
    /** Under which case something is written over the old place. */
    case: count.optional(),
    resumed: z.boolean(),
  }),
  'restore.ended': z.strictObject({
    repository: sha256Hex,
    snapshot: sha256Hex,
    run: id,
    result: z.enum(['complete', 'incomplete', 'stopped', 'failed']),
    files: count,
    bytes: count,
    verified: count,
    kept: count,
    problems: count,
  }),
  /** Terminals that are set up anew: how many were entered, changed. */
  'terminals.entered': z.strictObject({ added: count, changed: count }),
  'terminals.moved': z.strictObject({ state: id, terminals: count }),
  'settings.changed': z.strictObject({ area: id, changes }),
  /**
   * What people decided about how a source is kept, or (without a subject) about the house's days. `from` and `to` are
   * codes and figures; `lowered` protects less than before.
   */
  'policy.changed': z.strictObject({
    changes: z
      .array(
        z.strictObject({
          field: id,
          from: z.array(id),
          to: z.array(id),
          how: z.enum(['raised', 'lowered', 'changed']),
        }),
      )
      .min(1),
  }),
  'clock.jumped': z.strictObject({ byMs: z.int(), at: instant }),
  // Of a Keeper's own ledger. `repository` is `<client>/<repository>` there; an enrolled machine is a client by name.
  'keeper.enrolled': z.strictObject({ client: id, kind: id }),
  'keeper.received': z.strictObject({
    repository: id,
    snapshot: sha256Hex,
    manifest: sha256Hex,
    objects: count,
    until: instant,
    rule: id,
    strength: z.enum(['immutable-attribute', 'logical']),
  }),
  'keeper.attested': z.strictObject({
    repository: id,
    snapshot: sha256Hex,
    verifier: id,
    result: z.enum(['complete', 'damaged']),
    scope: id,
  }),
  'keeper.expired': z.strictObject({ repository: id, snapshot: sha256Hex, objects: count }),
  /** A stored file no longer has the hash that is its name; sound bytes were put in its place. `object` is `kind/name`. */
  'keeper.rotten': z.strictObject({ repository: id, object: id }),
  'keeper.healed': z.strictObject({ repository: id, object: id }),
  /** Requests that were not done, added up; `address` of the last one. */
  'keeper.refused': z.strictObject({ client: id, code: id, count, address: id }),
  'keeper.clock': z.strictObject({
    kind: z.enum(['disagreement', 'off-too-long', 'frozen', 'corrected']),
    byMs: z.int(),
  }),
  'keeper.frozen': z.strictObject({ by: id, until: instant }),
  /** `lowering-announced` says when it takes effect. */
  'keeper.policy': z.strictObject({
    how: z.enum(['raised', 'lowering-announced', 'lowered', 'withdrawn']),
    changes,
    effective: instant,
  }),
  'keeper.client': z.strictObject({ client: id, change: id }),

  'station.made': z.strictObject({ sources: count }),
  'station.withdrawn': z.strictObject({ reason: z.enum(STATION_REASONS) }),
  /** Entries of its log came home; `missing` were seen to exist (by its reports) and are not in it. */
  'station.log-merged': z.strictObject({ from: count, to: count, looks: count, missing: count }),
  // Of an emergency PC's own log. Who opened it and why is sealed.
  'station.opened': z.strictObject({ station: stationLook, profession: id, reason: id }),
  'station.closed': z.strictObject({ station: stationLook, why: z.enum(['locked', 'idle']) }),
  'station.refused': z.strictObject({ why: z.enum(['card-wrong', 'card-unreadable', 'card-is-kit']) }),
  'station.tested': z.strictObject({ charts: count, fields: count, problems: count, printed: z.boolean() }),

  'service.started': z.strictObject({ version: id, host: id }),
  /** What was written down in a case, here: the hash of its entry, and by its chain all before it. */
  'exercise.ended': z.strictObject({
    drill: id,
    scenario: id,
    minutes: count,
    took: count,
    people: count,
    objectives: count,
    reached: count,
  }),
  /** Who was there stands in the state database. */
  'training.recorded': z.strictObject({ training: z.string(), day: z.string(), lessons: count, people: count }),
  'training.removed': z.strictObject({ training: z.string() }),
  /** The text stands in the state database. */
  'rules.published': z.strictObject({ version: count, characters: count }),
  'exercise.tested': z.strictObject({ seconds: count, found: count, station: z.boolean() }),
  /** An entry of the book of sheets: which, by its hash. */
  'sheet.recorded': z.strictObject({ what: id, device: id, n: count, hash: sha256Hex }),
  'sheet.allotted': z.strictObject({ form: id, from: id, to: id }),
  /** An emergency PC got numbers of its own, and why. */
  'sheet.range-given': z.strictObject({ device: count, first: count, last: count, why: id }),
  'bcp.approved': z.strictObject({ version: count, document: sha256Hex }),
  /** The binder was printed: which printing, of which version of the plan. */
  'bcp.printed': z.strictObject({ printing: count, version: count, pages: count, document: sha256Hex }),
  'incident.recorded': z.strictObject({
    incident: id,
    kind: id,
    device: id,
    n: count,
    hash: sha256Hex,
    topic: id.optional(),
    value: z.string().max(200).optional(),
    /** Who decided on the emergency: one of the register, or somebody because nobody of it could be reached. */
    by: z.enum(['register', 'outside', 'no-register']).optional(),
  }),
  /** A report or notice of a case: a field written over, or a version sent. `hash` of the book's entry, which names the files. */
  'notification.recorded': z.strictObject({
    incident: id,
    form: id,
    kind: id,
    device: id,
    n: count,
    hash: sha256Hex,
    version: count.optional(),
  }),
  /** Improvement items. What they are stands in the state database. */
  'improvement.added': z.strictObject({ item: id, origin: id, due: id }),
  'improvement.settled': z.strictObject({ item: id, state: z.enum(['open', 'done', 'dropped']) }),
  'improvement.checked': z.strictObject({ item: id, in: id, works: z.boolean() }),
  'service.stopped': z.strictObject({ why: z.enum(['asked', 'error', 'found-dead']) }),
} as const

export type EntryType = keyof typeof ENTRY_TYPES
export type EntryData<T extends EntryType> = z.infer<(typeof ENTRY_TYPES)[T]>

/** Who did it: a person by account id, or a part of the system working unattended. */
export type Actor = `person:${string}` | `system:${string}`

/** What it was done to; `patient:` only ever with the HMAC of {@link patientSubject}. */
type Subject =
  `${'client' | 'device' | 'edition' | 'generation' | 'machine' | 'medium' | 'patient' | 'person' | 'login' | 'place' | 'register' | 'source' | 'station' | 'system'}:${string}`

/** An entry as a room hands it in; the ledger adds the time. */
export interface NewEntry<T extends EntryType = EntryType> {
  readonly type: T
  readonly actor: Actor
  readonly subject?: Subject
  readonly data: EntryData<T>
  /** Detail for those who may read it, sealed by a {@link DetailSealer}. */
  readonly sealed?: string
}

/** An entry with its time, as it is encoded. `at` is RFC 3339 in UTC with milliseconds. */
export interface LedgerEntry<T extends EntryType = EntryType> extends NewEntry<T> {
  readonly v: 1
  readonly at: string
}

/** Builds an entry of one type; throws JOURNAL_ENTRY_INVALID where `data` is not of its shape. */
export function newEntry<T extends EntryType>(type: T, fields: Omit<NewEntry<T>, 'type'>): NewEntry<T> {
  const checked = ENTRY_TYPES[type].safeParse(fields.data)
  if (!checked.success)
    throw new AppError('JOURNAL_ENTRY_INVALID', {
      // zod's paths and messages name fields, not values.
      detail: checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; '),
      context: { type },
    })
  return { type, ...fields }
}
