export { fhirService } from './service.ts'
export type { FhirHouse } from './house.ts'
