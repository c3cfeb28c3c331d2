export { ChartBody } from './chart.tsx'
export { wayToShow } from './document.tsx'
export { SheetPages } from './sheet-pages.tsx'
export type { ChartView } from './view.ts'
