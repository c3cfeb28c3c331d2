/** Editions by night as the screens ask for them: asked for by one, confirmed by another, ended by either. */
import { randomBytes } from 'node:crypto'
import { AppError, institutionDate } from '#base'
import { type EditionKind, KDF_ITERATIONS, makeEnvelopes, makePassphrase, makeSigningKey, signerOf } from '#edition'
import { holdsCharts } from '#vault'
import type { NightEditionService, NightRequest, Viewer } from '#web'
import { nightOf, nightState, saveNight } from '../editions/night-policy.ts'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, readingOf } from './viewers.ts'

/** Printed while the one who asked sits there, or asked for anew. */
const SHOWN_MS = 12 * 3_600_000

interface Shown {
  readonly by: string
  readonly until: number
  readonly slots: readonly { readonly name: string; readonly passphrase: string }[]
}

export function nightEditionService(
  institution: Institution,
  kindsFor: (viewer: Viewer) => readonly EditionKind[],
  allowed: (folder: string) => Promise<string>,
): NightEditionService {
  const { vault, access, editions, keys, ledger, nightEditions, clock } = institution
  let shown: Shown | undefined

  /** Another than who asked, or the same on a later day where there is nobody else. */
  const mayConfirm = (viewer: Viewer, askedBy: string, askedAt: number): boolean =>
    viewer.can.has('confirm-kit') &&
    (askedBy !== viewer.personId || institutionDate(askedAt) < institutionDate(clock.now()))

  return {
    async night(viewer) {
      demand(viewer, 'carry-media')
      const policy = await nightOf(vault)
      const names = new Map((await vault.sources()).map(({ id, name }) => [id, name]))
      const people = new Map<string, string>((await access.people.list()).map((one) => [one.id, one.displayName]))
      const state = policy && (await nightState(vault))
      const made = state && (await editions.get(state.number))
      return {
        mayAsk: kindsFor(viewer).length > 0,
        kinds: kindsFor(viewer),
        sources: (await vault.sources())
          .filter((source) => !source.replaced && holdsCharts(source))
          .filter(({ stopped }) => !stopped || stopped.reason === 'retired')
          .map(({ id, name, stopped }) => ({ id, name, isRetired: stopped !== undefined })),
        policy:
          policy &&
          withoutUndefined({
            ...policy,
            slots: policy.envelopes.envelopes.map(({ name }) => name),
            askedByName: people.get(policy.askedBy) ?? '',
            confirmedByName: policy.confirmedBy && (people.get(policy.confirmedBy) ?? ''),
            mayConfirm: policy.state === 'asked' && mayConfirm(viewer, policy.askedBy, policy.askedAt),
            hasPassphrases: shown?.by === viewer.personId && shown.until >= clock.now(),
            sourceNames: policy.sources.map((id) => names.get(id) ?? id),
            made: made && { number: made.number, isCopied: state!.isCopied, asOf: made.asOf },
          }),
        failure: nightEditions.failure,
      }
    },
    async askNight(viewer, request) {
      if (!kindsFor(viewer).includes(request.kind)) throw new AppError('ACCESS_DENIED')
      const reading = readingOf(viewer)
      if (!reading) throw new AppError('VAULT_KEY_MISSING')
      const folder = await allowed(request.folder)
      const slots = request.slots.map((name) => ({ name, passphrase: makePassphrase(randomBytes(23)) }))
      const pkcs8 = makeSigningKey()
      const keyName = `night-edition-${randomBytes(8).toString('hex')}`
      keys.secrets.keep(keyName, Buffer.from(pkcs8).toString('base64'))
      const signer = signerOf(pkcs8).fingerprint
      await ledger.append({
        type: 'edition.night-asked',
        actor: `person:${viewer.personId}`,
        data: { kind: request.kind, sources: [...request.sources], days: [...request.days], signer },
      })
      const { slots: _, ...rest } = request satisfies NightRequest
      await saveNight(vault, {
        ...rest,
        folder,
        state: 'asked',
        envelopes: await makeEnvelopes(slots, KDF_ITERATIONS),
        keyName,
        signer,
        askedBy: viewer.personId,
        askedAt: clock.now(),
      })
      shown = { by: viewer.personId, until: clock.now() + SHOWN_MS, slots }
      await vault.saveSetting('edition-night-protected', '')
      await nightEditions.learn(reading)
    },
    async confirmNight(viewer) {
      const policy = await nightOf(vault)
      if (policy?.state !== 'asked') return
      if (!mayConfirm(viewer, policy.askedBy, policy.askedAt)) throw new AppError('ACCESS_DENIED')
      await ledger.append({
        type: 'edition.night-confirmed',
        actor: `person:${viewer.personId}`,
        data: { alone: policy.askedBy === viewer.personId },
      })
      await saveNight(vault, { ...policy, state: 'on', confirmedBy: viewer.personId })
    },
    async endNight(viewer) {
      if (kindsFor(viewer).length === 0 && !viewer.can.has('confirm-kit')) throw new AppError('ACCESS_DENIED')
      if (!(await nightOf(vault))) return
      await ledger.append({ type: 'edition.night-ended', actor: `person:${viewer.personId}`, data: {} })
      await saveNight(vault, undefined)
      shown = undefined
    },
    nightPassphrases: (viewer) =>
      shown?.by === viewer.personId && shown.until >= clock.now() ? shown.slots : undefined,
    forgetNightPassphrases(viewer) {
      if (shown?.by === viewer.personId) shown = undefined
    },
  }
}
