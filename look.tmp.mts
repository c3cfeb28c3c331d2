import { AxeBuilder } from '@axe-core/playwright'
import { openBrowser, openFixtureChart, signIn, startHouse } from './test/web/harness.ts'
const house = await startHouse()
const browser = await openBrowser()
const page = await browser.context.newPage()
await signIn(page, house.url)
const args = process.argv.slice(2)
let chart = ''
if (args.some((a) => a.startsWith('chart'))) chart = await openFixtureChart(page, house.url)
for (const arg of args) {
  const [name, path, widths = '390,1366'] = arg.split('|')
  const url = name!.startsWith('chart')
    ? chart.replace('?', path! + (path!.includes('?') ? '&' : '?'))
    : house.url + path
  const answer = await page.goto(url)
  if (answer?.status() !== 200) console.log(name, answer?.status())
  for (const width of widths!.split(',')) {
    await page.setViewportSize({ width: Number(width), height: 900 })
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    if (overflow > 0) console.log(`${name} ${width}: overflow ${overflow}`)
    const { violations } = await new AxeBuilder({ page }).analyze()
    for (const v of violations)
      for (const n of v.nodes) console.log(name, width, v.id, n.target.join(' '), n.failureSummary?.slice(0, 200))
    await page.screenshot({ path: `/tmp/chart-look/${name}-${width}.png`, fullPage: true })
  }
  await page.pdf({ path: `/tmp/chart-look/${name}.pdf`, preferCSSPageSize: true })
}
console.log(house.errors)
await browser.close()
await house.close()
process.exit(0)
