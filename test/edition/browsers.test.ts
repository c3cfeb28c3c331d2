/** The same disc in the other browsers that a ward may have: Firefox, and the Chromium of 2021. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { memoryGeneration } from '../../src/chart/testing/memory-generation.ts'
import { openFirefox, WITHOUT_FIREFOX } from '../web/firefox.ts'
import { SCREENSHOTS } from '../web/harness.ts'
import { AS_OF, indexOf, makeEdition, PASSPHRASE, sampleFiles, scratch } from './made.ts'
import { oldChromium, openInOld } from './old-chromium.ts'

async function somebody() {
  const index = await indexOf(memoryGeneration(sampleFiles(), 'a'.repeat(64), AS_OF))
  const rows = index.inpatients().wards.flatMap(({ patients }) => patients.map(({ row }) => row))
  // Who could be mistaken for nobody: no second question.
  return index.entry(rows.find((row) => index.sameAs(row).length === 0)!)
}

test('Firefox: cover, passphrase, search, chart', { skip: WITHOUT_FIREFOX }, async (t) => {
  const disc = (await makeEdition(scratch(t))).discs[0]!.folder
  const patient = await somebody()
  const page = await openFirefox({ javaScript: true })
  try {
    await page.goto(`${pathToFileURL(disc).href}/index.html`)
    await page.wait('#field-passphrase')
    await page.click('#field-name')
    await page.type('Kango')
    await page.click('#field-passphrase')
    await page.type(PASSPHRASE.toLowerCase())
    await page.enter()
    await page.wait('#field-query')
    await page.click('#field-query')
    await page.type(patient.patientId)
    await page.wait('#results [data-patient]')
    await page.click('#results [data-patient]')
    await page.wait('[data-form=identify]')
    await page.click('[data-form=identify] button[type=submit]')
    await page.wait('.chart-header')
  } finally {
    await page.close()
  }
})

test('Chromium 90: every step, documents and pictures, whole disc checked, nothing unknown to it', async (t) => {
  const old = await oldChromium()
  if ('missing' in old) return t.skip(old.missing)
  const disc = (await makeEdition(scratch(t), undefined, { documents: 'all' })).discs[0]!.folder
  const page = await openInOld(old.program, disc)
  try {
    assert.match(page.version, /^90\./)
    await page.until('#field-passphrase')
    const submit = (form: string) => page.evaluate(`document.querySelector('[data-form=${form}]').requestSubmit()`)
    const press = async (selector: string) => {
      await page.until(selector)
      await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`)
    }
    const type = (id: string, text: string) =>
      page.evaluate(`{
        const field = document.getElementById(${JSON.stringify(id)})
        if (field) {
          field.value = ${JSON.stringify(text)}
          field.dispatchEvent(new Event('input', { bubbles: true }))
        }
      }`)
    await type('field-name', '見本 看護')
    await type('field-passphrase', PASSPHRASE)
    await submit('unlock')
    await page.until('#field-query')
    let shown = 0
    const index = await indexOf(memoryGeneration(sampleFiles(), 'a'.repeat(64), AS_OF))
    for (let row = 0; row < index.size && shown < 3; row++) {
      const patient = index.entry(row)
      if (!Object.keys(patient.kinds).some((kind) => kind.startsWith('ext:'))) continue
      await press('[data-go=search]')
      await page.until('#field-query')
      await type('field-query', patient.patientId)
      await press('#results [data-patient]')
      await page.until('[data-form=identify]')
      await type('field-birth', patient.birthDate)
      await submit('identify')
      await page.until('.chart-header')
      if (!(await page.evaluate(`!!document.querySelector('.document-link')`))) continue
      await press('.document-link')
      await page.until('.document-frame, .document-picture, .notice-info')
      if (await page.evaluate(`!!document.querySelector('.document-picture')`))
        await page.evaluate(`document.querySelector('.document-picture').decode()`)
      await press('[data-do=whole]')
      await page.until('.chart-header')
      shown++
    }
    assert.equal(shown, 3)
    mkdirSync(SCREENSHOTS, { recursive: true })
    await page.picture(`${SCREENSHOTS}edition-chromium-90.png`)
    await press('[data-go=verify]')
    await press('[data-do=verify]')
    await page.until('.notice-good')
    assert.deepEqual(page.errors, [])
  } finally {
    await page.close()
  }
})
