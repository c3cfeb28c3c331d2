/**
 * Who somebody is at work. A *profession* (職種) decides what of a chart they may see; a *duty* (役割) adds tasks and never
 * adds sight of charts: an administrator without a clinical profession sees no patient.
 */
export const PROFESSIONS = ['doctor', 'nurse', 'pharmacist', 'technologist', 'clerk', 'vendor'] as const
/** 医師 看護 薬剤 検査 事務 業者 */
export type Profession = (typeof PROFESSIONS)[number]

export const DUTIES = ['administrator', 'director', 'inspector'] as const
/** 管理者 (accounts, settings), 院長 (decides), 点検者 (reads evidence, changes nothing) */
export type Duty = (typeof DUTIES)[number]

export interface Roles {
  readonly profession: Profession
  readonly duties: readonly Duty[]
}

/**
 * Whether these may be held together. A vendor (業者) holds no duty that decides: an administrator could make himself a
 * doctor, so vendors would see patients after all. Reading evidence is all a vendor may be given.
 */
export function rolesAllowed({ profession, duties }: Roles): boolean {
  if (new Set(duties).size !== duties.length) return false
  return profession !== 'vendor' || duties.every((duty) => duty === 'inspector')
}
