/** One measured step in a process of its own, so that its memory is its own: `step.ts <name> <folder>`; JSON at the end. */
import { appendFileSync } from 'node:fs'
import { STEPS } from './steps.ts'

const [name = '', folder = ''] = process.argv.slice(2)
const step = STEPS[name]
if (!step) throw new Error(`steps: ${Object.keys(STEPS).join(', ')}`)
const started = performance.now()
const facts = await step(folder)
const whole = {
  ...facts,
  seconds: Math.round(performance.now() - started) / 1000,
  peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
}
appendFileSync(`${folder}/${name}.jsonl`, `${JSON.stringify(whole)}\n`)
console.log(JSON.stringify(whole))
process.exit(0)
