/**
 * The one error class. Rules:
 * - `code` is stable and names what happened in the room's words (`RESTIC_PACK_DAMAGED`). Every code has three sentences
 *   (what, why, next) in `web/messages/ja.ts` and `en.ts`; the type system demands them.
 * - The adapter that met the trouble classifies it (`retry`); one decorator retries; nobody logs and goes on.
 * - `context` never holds patient data: paths inside a source are patient data (SS-MIX2 paths carry patient ids), so a
 *   path goes into `subject`, which only the terminal of the operator and sealed problem lists may show.
 * - Expected alternatives (a search without a hit, a mismatch, a held lock) are return values, not errors.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly kind: ErrorKind
  readonly retry: 'permanent' | 'temporary'
  readonly context: Readonly<Record<string, string | number | boolean>>
  /** What it happened to, where that may be patient data (a path in the source). Never written to logs. */
  readonly subject: string | undefined

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(
      options.detail ? `${code}: ${options.detail}` : code,
      options.cause === undefined ? {} : { cause: options.cause },
    )
    this.code = code
    this.kind = ERROR_KINDS[code]
    this.retry = options.retry ?? 'permanent'
    this.context = options.context ?? {}
    this.subject = options.subject
  }
}

export interface AppErrorOptions {
  /** Technical detail in English for experts; no patient data. */
  detail?: string
  retry?: 'permanent' | 'temporary'
  context?: Record<string, string | number | boolean>
  subject?: string
  cause?: unknown
}

export type ErrorKind =
  | 'input'
  | 'not-found'
  | 'conflict'
  | 'denied'
  | 'damaged'
  | 'storage'
  | 'busy'
  | 'cancelled'
  | 'bug'

/**
 * Every code of the product and its kind. Rooms add theirs here, in the order of the rooms; the message catalogues are
 * typed by these keys, so a code without its three sentences does not compile.
 */
export const ERROR_KINDS = {
  // base
  BASE_BUG: 'bug',
  BASE_CANCELLED: 'cancelled',
  BASE_CONFIG_INVALID: 'input',
  // storage and posix
  STORAGE_NOT_FOUND: 'not-found',
  STORAGE_EXISTS: 'conflict',
  STORAGE_TRUNCATED: 'damaged',
  STORAGE_FULL: 'storage',
  STORAGE_DENIED: 'denied',
  STORAGE_UNREACHABLE: 'storage',
  STORAGE_LOCKED_UNTIL: 'denied',
  STORAGE_READ_ONLY: 'denied',
  STORAGE_FAILED: 'storage',
  STORAGE_NOT_A_FOLDER: 'input',
  STORAGE_S3_BUCKET_WRONG: 'input',
  STORAGE_S3_CLOCK_OFF: 'conflict',
  STORAGE_S3_READ_BACK_DIFFERS: 'damaged',
  STORAGE_S3_LOCK_MISSING: 'input',
  STORAGE_S3_LOCK_IGNORED: 'denied',
  STORAGE_S3_CREDENTIALS_TOO_STRONG: 'denied',
  STORAGE_CREDENTIALS_WRONG: 'denied',
  STORAGE_CERTIFICATE_WRONG: 'denied',
  STORAGE_MEDIUM_NOT_OPENED: 'storage',
  STORAGE_MEDIUM_IN_USE: 'busy',
  POSIX_SHARE_LOST: 'storage',
  // restic
  RESTIC_NO_REPOSITORY: 'not-found',
  RESTIC_REPOSITORY_EXISTS: 'conflict',
  RESTIC_WRONG_PASSWORD: 'denied',
  RESTIC_VERSION_UNKNOWN: 'input',
  RESTIC_LOCKED: 'busy',
  RESTIC_DAMAGED: 'damaged',
  RESTIC_BLOB_MISSING: 'damaged',
  RESTIC_HOSTILE: 'damaged',
  RESTIC_SNAPSHOT_NOT_FOUND: 'not-found',
  RESTIC_TOO_LARGE: 'storage',
  RESTIC_NOT_VERIFIED: 'damaged',
  RESTIC_SOURCE_MISSING: 'not-found',
  RESTIC_KEY_IN_USE: 'conflict',
  RESTIC_WORKER_FAILED: 'bug',
  RESTIC_PATH_NOT_FOUND: 'not-found',
  RESTIC_LOCK_LOST: 'busy',
  RESTIC_NOT_RESTORED: 'damaged',
  RESTIC_NAME_TAKEN: 'conflict',
  // disk
  DISK_DAMAGED: 'damaged',
  DISK_UNSUPPORTED: 'input',
  DISK_PART_MISSING: 'not-found',
  DISK_OVERLAY_FOREIGN: 'conflict',
  DISK_ADDRESS_TAKEN: 'conflict',
  DISK_ADDRESS_UNKNOWN: 'input',
  DISK_SESSION_UNKNOWN: 'not-found',
  DISK_SESSION_RUNNING: 'conflict',
  DISK_CHANGES_GONE: 'not-found',
  DISK_TARGET_INVALID: 'input',
  DISK_INSIDE_UNREADABLE: 'damaged',
  DISK_TOOL_MISSING: 'not-found',
  // vault
  VAULT_FOLDER_IN_USE: 'busy',
  VAULT_FOLDER_DENIED: 'denied',
  VAULT_FOLDER_FULL: 'storage',
  VAULT_FOLDER_NEWER: 'input',
  VAULT_FOLDER_FOREIGN: 'conflict',
  VAULT_FOLDER_INSIDE_CHECKOUT: 'input',
  VAULT_SOURCE_INVALID: 'input',
  VAULT_SOURCE_UNREADABLE: 'not-found',
  VAULT_SOURCE_HOLDS_VAULT: 'input',
  VAULT_SOURCE_SYSTEM_FOLDER: 'denied',
  VAULT_SOURCE_STOPPED: 'denied',
  VAULT_RUN_IN_PROGRESS: 'busy',
  VAULT_GENERATION_UNKNOWN: 'not-found',
  VAULT_GENERATION_INCOMPLETE: 'damaged',
  VAULT_LOCKED_UNTIL: 'denied',
  VAULT_KEY_MISSING: 'denied',
  VAULT_SEAL_BROKEN: 'damaged',
  VAULT_RECEIPT_DIFFERS: 'conflict',
  VAULT_FILE_UNKNOWN: 'not-found',
  VAULT_FILE_TOO_LARGE: 'input',
  VAULT_PLACE_INVALID: 'input',
  VAULT_PLACE_CODE_WRONG: 'denied',
  VAULT_PLACE_REFUSED: 'denied',
  VAULT_PLACE_UNTRUSTED: 'damaged',
  VAULT_PLACE_LOG_REFUSED: 'damaged',
  VAULT_PLACE_NOT_THERE: 'storage',
  VAULT_PLACE_TAKEN: 'conflict',
  VAULT_PLACE_SAME_DISK: 'input',
  VAULT_PLACE_IN_MEMORY: 'input',
  VAULT_PLACE_DAMAGED: 'damaged',
  VAULT_COPY_FOREIGN: 'conflict',
  VAULT_SHARE_NOT_MOUNTED: 'storage',
  VAULT_SHARE_OUT_OF_HOURS: 'busy',
  VAULT_DUMPS_STILL_WRITTEN: 'busy',
  VAULT_HOOK_BEFORE_FAILED: 'conflict',
  VAULT_HOOK_AFTER_FAILED: 'conflict',
  VAULT_MEDIUM_NOT_RIGHT: 'conflict',
  VAULT_MEDIUM_FULL: 'storage',
  VAULT_MEDIUM_GONE: 'storage',
  EDITION_LOG_FOREIGN: 'damaged',
  EDITION_LOG_UNKNOWN: 'not-found',
  EDITION_TOO_MANY: 'denied',
  EDITION_PLACE_TAKEN: 'conflict',
  EDITION_PLACE_GONE: 'storage',
  EDITION_COPY_DIFFERS: 'damaged',
  EDITION_NIGHT_WAITS: 'denied',
  VAULT_MEDIUM_DAMAGED: 'damaged',
  VAULT_MEDIUM_TAKEN: 'conflict',
  VAULT_RECOVER_NOTHING: 'not-found',
  VAULT_RECOVER_TARGET_USED: 'conflict',
  VAULT_RECOVER_UNTRUSTED: 'damaged',
  VAULT_RECOVER_SUSPECT: 'damaged',
  VAULT_FHIR_INCOMPLETE: 'damaged',
  VAULT_RESTORE_SHORT: 'damaged',
  // fhir-server
  FHIR_SERVER_ADDRESS_INVALID: 'input',
  FHIR_SERVER_KEY_INVALID: 'input',
  FHIR_SERVER_LOGIN_PLACE: 'input',
  FHIR_SERVER_UNREACHABLE: 'busy',
  FHIR_SERVER_CERTIFICATE_WRONG: 'denied',
  FHIR_SERVER_LOGIN_REFUSED: 'denied',
  FHIR_SERVER_NOT_FHIR: 'input',
  FHIR_SERVER_BUSY: 'busy',
  FHIR_SERVER_ANSWER_WRONG: 'damaged',
  // isolation
  ISOLATION_MISSING: 'not-found',
  ISOLATION_KILLED: 'storage',
  ISOLATION_NO_SCANNER: 'not-found',
  ISOLATION_NO_SIGNATURES: 'not-found',
  ISOLATION_SCAN_FAILED: 'storage',
  // recovery
  RECOVERY_NEEDS_CASE: 'denied',
  RECOVERY_NEEDS_EVIDENCE: 'denied',
  RECOVERY_NEEDS_SCAN: 'denied',
  RECOVERY_NEEDS_ISOLATED: 'denied',
  RECOVERY_LOOKS_LIKE_ATTACK: 'denied',
  RECOVERY_EVIDENCE_MISSING: 'input',
  RECOVERY_SAME_PERSON: 'denied',
  RECOVERY_GATE_NOT_YET: 'conflict',
  RECOVERY_NOT_CHOSEN: 'denied',
  RECOVERY_SHEETS_OPEN: 'input',
  RECOVERY_NOT_PROVEN: 'denied',
  RECOVERY_SCAN_FOUND: 'denied',
  RECOVERY_PLAN_CHANGED: 'conflict',
  RECOVERY_NOTHING_CHOSEN: 'not-found',
  RECOVERY_NOTHING_TO_RESUME: 'not-found',
  RECOVERY_NO_OLD_PLACE: 'input',
  RECOVERY_TARGET_NOT_HERE: 'input',
  RECOVERY_TARGET_INVALID: 'input',
  RECOVERY_TARGET_LOCKED: 'denied',
  RECOVERY_TARGET_IS_HOME: 'denied',
  RECOVERY_TARGET_IS_PRODUCTION: 'denied',
  RECOVERY_TARGET_UNSURE: 'input',
  RECOVERY_TARGET_IN_USE: 'busy',
  RECOVERY_TOO_MUCH: 'input',
  RECOVERY_LIST_WRONG: 'input',
  INCIDENT_UNKNOWN: 'not-found',
  INCIDENT_IMPROVEMENT_INCOMPLETE: 'input',
  INCIDENT_NOT_YET: 'conflict',
  INCIDENT_DECLARED: 'conflict',
  INCIDENT_DECIDER_UNKNOWN: 'conflict',
  INCIDENT_TOO_MANY: 'busy',
  INCIDENT_PICTURE_WRONG: 'input',
  OFFICE_TEMPLATE_REFUSED: 'input',
  NOTIFICATION_CHANGED: 'conflict',
  NOTIFICATION_SEALED: 'denied',
  ISOLATION_NO_SERVER: 'not-found',
  ISOLATION_NO_UNPACKER: 'not-found',
  ISOLATION_SERVER_FAILED: 'damaged',
  // rehearsal
  REHEARSAL_NO_ROOM: 'storage',
  REHEARSAL_PART_ONLY: 'storage',
  REHEARSAL_NEEDS_RESTORE: 'conflict',
  REHEARSAL_MALWARE_FOUND: 'damaged',
  REHEARSAL_NOT_ALL_SCANNED: 'input',
  REHEARSAL_COUNTS_DIFFER: 'damaged',
  REHEARSAL_CHARTS_DIFFER: 'damaged',
  REHEARSAL_NO_DUMP: 'not-found',
  REHEARSAL_DUMP_UNREAD: 'not-found',
  REHEARSAL_DUMP_NOT_LOADED: 'damaged',
  REHEARSAL_ANSWER_DIFFERS: 'conflict',
  REHEARSAL_NO_SECOND: 'not-found',
  REHEARSAL_SECOND_DISAGREES: 'damaged',
  REHEARSAL_TOO_SLOW: 'conflict',
  REHEARSAL_LEFT_OVER: 'storage',
  REHEARSAL_UNKNOWN: 'not-found',
  // commands
  COMMANDS_FILE_UNSAFE: 'denied',
  COMMANDS_FILE_WRONG: 'input',
  COMMANDS_PASSWORD_EXPOSED: 'denied',
  COMMANDS_UNKNOWN: 'not-found',
  COMMANDS_TOOL_MISSING: 'not-found',
  COMMANDS_TOOL_TOO_OLD: 'input',
  COMMANDS_RUN_AS_REFUSED: 'denied',
  COMMANDS_TIMED_OUT: 'busy',
  COMMANDS_LOGIN_REFUSED: 'denied',
  INTAKE_SETTINGS_INVALID: 'input',
  COMMANDS_DATABASE_UNKNOWN: 'not-found',
  COMMANDS_DATABASE_BUSY: 'busy',
  COMMANDS_NOT_ALLOWED: 'denied',
  COMMANDS_UNREACHABLE: 'storage',
  COMMANDS_DUMP_FAILED: 'storage',
  COMMANDS_DUMP_CUT: 'damaged',
  // db
  DB_NEWER: 'conflict',
  DB_MIGRATION_MISMATCH: 'conflict',
  DB_DAMAGED: 'damaged',
  DB_BUSY: 'busy',
  DB_UNREACHABLE: 'storage',
  DB_DENIED: 'denied',
  DB_CONFLICT: 'conflict',
  // tlog
  TLOG_MALFORMED: 'damaged',
  TLOG_TILE_MISSING: 'damaged',
  TLOG_SIGNATURE_INVALID: 'damaged',
  // journal
  JOURNAL_NOT_FOUND: 'not-found',
  JOURNAL_EXISTS: 'conflict',
  JOURNAL_DAMAGED: 'damaged',
  JOURNAL_BUSY: 'busy',
  JOURNAL_KEY_MISSING: 'not-found',
  JOURNAL_ENTRY_INVALID: 'input',
  JOURNAL_ENTRY_TOO_LARGE: 'input',
  JOURNAL_CLOSED: 'cancelled',
  // verifier
  VERIFIER_FOLDER_FOREIGN: 'not-found',
  VERIFIER_FOLDER_IN_USE: 'busy',
  VERIFIER_FILE_DAMAGED: 'damaged',
  VERIFIER_PASSWORD_MISSING: 'input',
  VERIFIER_REFUSED: 'denied',
  // agent
  AGENT_FOLDER_FOREIGN: 'not-found',
  AGENT_FOLDER_IN_USE: 'busy',
  AGENT_FILE_DAMAGED: 'damaged',
  AGENT_CARD_WRONG: 'input',
  AGENT_ESCROW_KEY_WRONG: 'input',

  DOWNTIME_NUMBERS_OUT: 'conflict',

  STATION_FILE_DAMAGED: 'damaged',
  STATION_IN_USE: 'busy',
  STATION_NOT_SET_UP: 'not-found',
  STATION_NOT_READY: 'busy',
  STATION_CARD_WRONG: 'input',
  STATION_CARD_UNREADABLE: 'input',
  STATION_CARD_IS_KIT: 'input',
  STATION_LOG_FOREIGN: 'input',
  CASEBOOK_FOREIGN: 'input',
  // keeper
  KEEPER_NOT_FOUND: 'not-found',
  KEEPER_EXISTS: 'conflict',
  KEEPER_FILE_DAMAGED: 'damaged',
  KEEPER_NOT_RUNNING: 'busy',
  // access
  ACCESS_DENIED: 'denied',
  ACCESS_LOCKED_OUT: 'busy',
  ACCESS_LOGIN_NAME_TAKEN: 'conflict',
  ACCESS_LOGIN_NAME_INVALID: 'input',
  ACCESS_PASSWORD_WEAK: 'input',
  ACCESS_PASSWORD_WRONG: 'denied',
  ACCESS_PERSON_NOT_FOUND: 'not-found',
  ACCESS_LAST_ADMINISTRATOR: 'conflict',
  ACCESS_ROLES_INVALID: 'input',
  ACCESS_KEYS_LOCKED: 'denied',
  ACCESS_KEY_RING_DAMAGED: 'damaged',
  ACCESS_SYSTEM_KEY_EXPOSED: 'denied',
  ACCESS_KIT_INCOMPLETE: 'input',
  ACCESS_KIT_MIXED: 'input',
  ACCESS_KIT_WRONG: 'denied',
  ACCESS_KIT_UNCONFIRMED: 'denied',
  ACCESS_ENVELOPES_ENOUGH: 'conflict',
  ACCESS_ENVELOPE_OVER: 'conflict',
  ACCESS_SECOND_PERSON: 'denied',
  READING_TOO_MANY: 'busy',
  // chart
  CHART_INDEX_DAMAGED: 'damaged',
  // ssmix2
  SSMIX2_NOTE_UNREADABLE: 'damaged',
  // sample
  SAMPLE_AS_OF_PAST: 'input',
  SAMPLE_FOLDER_FOREIGN: 'conflict',
  // web
  WEB_PORT_UNAVAILABLE: 'busy',
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof ERROR_KINDS

/** Whether a text is one of the codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_KINDS, text)
}

/** True for an {@link AppError}, optionally of one code. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code)
}
