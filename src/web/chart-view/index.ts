export { ChartBody } from './chart.tsx'
export { type ShownDocument, wayToShow } from './document.tsx'
export { SheetPages } from './sheet-pages.tsx'
export type { ChartView } from './view.ts'
