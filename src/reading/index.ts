export { chartService } from './chart-service.ts'
export type { ReadingHouse } from './house.ts'
