/** Restores and the way back in each state, for the checks of every page. */
import type { JSX } from 'hono/jsx/jsx-runtime'
import {
  fixtureCandidates,
  fixtureTerminals,
  noTerminals,
  fixtureCase,
  fixtureCaseFurther,
  fixturePlan,
  fixtureRestoreForm,
  fixtureRun,
  fixtureRunning,
} from '../fixtures/recovery.ts'
import type { Ui } from '../ui.ts'
import { RestoreFormPage, RestorePlanPage, RestoresPage } from './restore.tsx'
import { RehearsalsPage } from './rehearsals.tsx'
import { SignsPage } from './signs.tsx'
import { fixtureRehearsals } from '../fixtures/rehearsals.ts'
import { RestoreRunPage } from './restore-run.tsx'
import { CleanCandidatePage } from './clean-candidate.tsx'
import { TerminalsPage } from './terminals.tsx'
import { WayBackPage } from './way-back.tsx'

const input = {
  picks: [[0, 1]],
  to: 'new',
  target: '/media/"><b>',
  existing: 'replace',
  isNotProduction: false,
} as const
const nothing = { past: [], open: undefined, inRegister: 1, looksLikeAttack: false }
const ended = { ...fixtureCase, number: 2, endedAtMs: fixtureCase.openedAtMs }
const mishap = { ...fixtureCase, kind: 'mishap', reason: 'deleted', gates: fixtureCase.gates.slice(3) } as const

export const RECOVERY_STATES: Readonly<Record<string, (ui: Ui) => JSX.Element>> = {
  'restore form': (ui) => <RestoreFormPage ui={ui} form={fixtureRestoreForm} input={{ ...input, picks: [] }} />,
  'restore form, refused': (ui) => (
    <RestoreFormPage
      ui={ui}
      form={{ ...fixtureRestoreForm, names: ['/a/<b>'], oldPlace: undefined, media: [] }}
      input={input}
      refused="RECOVERY_TARGET_INVALID"
    />
  ),
  'restore form, of a suspected backup and without a place': (ui) => (
    <RestoreFormPage
      ui={ui}
      form={{ ...fixtureRestoreForm, suspected: { lastClean: { generationId: 'g-20261121', takenAtMs: 0 } } }}
      input={{ ...input, target: '' }}
      targetError="x"
    />
  ),
  'restore plan, a new folder': (ui) => (
    <RestorePlanPage
      ui={ui}
      form={{ ...fixtureRestoreForm, suspected: { lastClean: undefined } }}
      input={input}
      plan={{ ...fixturePlan, isAllNew: true, disk: '/' }}
    />
  ),
  'restore plan': (ui) => <RestorePlanPage ui={ui} form={fixtureRestoreForm} input={input} plan={fixturePlan} />,
  'restore plan on a share': (ui) => (
    <RestorePlanPage
      ui={ui}
      form={fixtureRestoreForm}
      input={input}
      plan={{ ...fixturePlan, isUnsure: true }}
      refused="RECOVERY_TARGET_UNSURE"
    />
  ),
  'restore plan, no room, no names': (ui) => (
    <RestorePlanPage
      ui={ui}
      form={{ ...fixtureRestoreForm, names: undefined }}
      input={{ ...input, to: 'over' }}
      plan={{
        ...fixturePlan,
        classes: { ...fixturePlan.classes, new: { files: 3, bytes: 1, names: undefined } },
        freeBytes: 1,
      }}
      refused="RECOVERY_PLAN_CHANGED"
    />
  ),
  'rehearsals, refused': (ui) => (
    <RehearsalsPage ui={ui} model={{ ...fixtureRehearsals, refusal: 'ISOLATION_MISSING' }} />
  ),
  'signs, cleared, nothing planted': (ui) => <SignsPage ui={ui} found={[]} isCleared unplanted="STORAGE_READ_ONLY" />,
  'restores, none': (ui) => <RestoresPage ui={ui} runs={[]} />,
  restores: (ui) => <RestoresPage ui={ui} runs={[fixtureRun, { ...fixtureRun, takenAtMs: undefined, kind: 'over' }]} />,
  'restore ended in part': (ui) => <RestoreRunPage ui={ui} run={fixtureRun} />,
  'restore running': (ui) => <RestoreRunPage ui={ui} run={fixtureRunning} />,
  'restore failed': (ui) => (
    <RestoreRunPage ui={ui} run={{ ...fixtureRun, state: 'failed', errorCode: 'STORAGE_FULL', problems: undefined }} />
  ),
  'restore complete': (ui) => (
    <RestoreRunPage
      ui={ui}
      run={{ ...fixtureRun, state: 'complete', result: { ...fixtureRun.result!, problems: 0 }, problems: [] }}
    />
  ),
  'way back, none': (ui) => <WayBackPage ui={ui} model={{ view: nothing, errors: { reason: 'x' } }} />,
  'way back, looks like an attack': (ui) => (
    <WayBackPage
      ui={ui}
      model={{ view: { ...nothing, looksLikeAttack: true }, refused: 'RECOVERY_LOOKS_LIKE_ATTACK' }}
    />
  ),
  'way back, evidence': (ui) => (
    <WayBackPage ui={ui} model={{ view: { ...nothing, open: fixtureCase }, errors: { hash: 'x' } }} />
  ),
  'way back, scan': (ui) => (
    <WayBackPage
      ui={ui}
      model={{ view: { ...nothing, open: fixtureCaseFurther, past: [ended] }, refused: 'RECOVERY_NOT_CHOSEN' }}
    />
  ),
  terminals: (ui) => (
    <TerminalsPage ui={ui} model={{ view: fixtureTerminals, state: 'waiting', words: '"><b>', said: 'x' }} />
  ),
  'terminals, none': (ui) => (
    <TerminalsPage ui={ui} model={{ view: noTerminals, state: '', words: '', errors: { file: 'x' } }} />
  ),
  'clean candidate, compared': (ui) => (
    <CleanCandidatePage
      ui={ui}
      model={{ since: '', compared: { sources: [fixtureCandidates], caseNumber: 1 } }}
      quick={() => '2026-11-21'}
    />
  ),
  'clean candidate, none proposed': (ui) => (
    <CleanCandidatePage
      ui={ui}
      model={{
        since: '',
        compared: {
          sources: [
            {
              ...fixtureCandidates,
              rows: fixtureCandidates.rows.slice(0, 2),
              lastProof: undefined,
              dwell: undefined,
              intrusionMs: fixtureCandidates.rows[1]!.takenAtMs,
            },
          ],
          caseNumber: undefined,
        },
      }}
      quick={() => '2026-11-21'}
    />
  ),
  ...Object.fromEntries(
    (['isolated', 'operation', 'reconciled', 'review'] as const).map((gate) => [
      `way back, ${gate}`,
      (ui: Ui) => (
        <WayBackPage
          ui={ui}
          model={{
            view: {
              ...nothing,
              open: { ...fixtureCaseFurther, gates: [{ gate, state: 'open', decision: undefined }] },
            },
          }}
        />
      ),
    ]),
  ),
  'clean candidate, choice not finished': (ui) => (
    <CleanCandidatePage
      ui={ui}
      model={{
        since: '11/20',
        compared: { sources: [{ ...fixtureCandidates, rows: fixtureCandidates.rows.slice(0, 2) }], caseNumber: 1 },
        unfinished: { sourceId: 'ehr', generationId: '' },
      }}
      quick={() => '2026-11-21'}
    />
  ),
  'way back, mishap': (ui) => <WayBackPage ui={ui} model={{ view: { ...nothing, open: mishap } }} />,
}
