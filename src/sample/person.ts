/** One patient of the sample, before anything happens to them. */
import type { DiseaseKey } from './diseases.ts'
import type { TextStyle } from './encode-text.ts'
import type { Department, Staff } from './hospital.ts'
import type { InfectionKey } from './labs.ts'
import type { DoseStyle } from './types.ts'

export interface Allergy {
  /** HL70127: DA drug, FA food, LA pollen, EA environment. */
  readonly type: 'DA' | 'FA' | 'LA' | 'EA'
  /** Code, name and system of the allergen. */
  readonly allergen: string
  /** HL70128: MI, MO, SV. */
  readonly severity: 'MI' | 'MO' | 'SV'
  readonly reaction: string
  readonly since: string
}

/** A stay in hospital. Days are numbers of `calendar.ts`. */
export interface Stay {
  readonly disease: DiseaseKey
  readonly from: number
  readonly days: number
  readonly ward: string
  /** Number of the bed in the ward. */
  readonly bed: number
  /** Planned beforehand (ADT-21), or an emergency. */
  readonly planned: boolean
  /** Moves to this ward after so many days. */
  readonly move?: { readonly afterDays: number; readonly ward: string }
  /** One night at home (外泊) after so many days. */
  readonly leaveAfterDays?: number
  readonly outcome: 'home' | 'died'
}

export interface Person {
  readonly index: number
  /** Ten digits. */
  readonly id: string
  readonly family: string
  readonly given: string
  readonly familyKana: string
  readonly givenKana: string
  readonly sex: 'F' | 'M'
  /** `YYYYMMDD`. */
  readonly birthDate: string
  readonly street: string
  readonly phone: string
  /** How the EHR writes what JIS X 0208 lacks. */
  readonly style: TextStyle
  readonly dose: DoseStyle
  readonly blood: { readonly abo: string; readonly rh: string } | undefined
  readonly heightCm: number
  readonly weightKg: number
  readonly allergies: readonly Allergy[] | 'none' | 'unrecorded'
  readonly infections: Readonly<Partial<Record<InfectionKey, 'positive' | 'negative'>>>
  readonly diseases: readonly DiseaseKey[]
  readonly department: Department
  readonly doctor: Staff
  readonly stays: readonly Stay[]
  /** Day of death, where it lies in the history. */
  readonly diedOn: number | undefined
  /** The disease the patient was not told of (PRB-25). */
  readonly uninformed: DiseaseKey | undefined
  /** `visits`: outpatient history; `dialysis`: three times a week; `born`: only from birth on; `none`: ADT-00 alone. */
  readonly course: 'visits' | 'dialysis' | 'born' | 'none'
}
