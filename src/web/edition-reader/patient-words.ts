/** A patient of the index in words. */
import type { EditionPatient } from '#edition/format'
import type { Look } from './look.ts'

export const nameOf = (look: Look, { kanji, kana }: EditionPatient) => kanji || kana || look.t.chart.identity.noName

export const birthOf = (look: Look, { birthDate }: EditionPatient) =>
  birthDate ? look.f.recordedDate(birthDate) : look.t.search.noBirth

export const sexOf = (look: Look, { sex }: EditionPatient) => look.t.chart.identity.sex[sex]
