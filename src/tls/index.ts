export { certificatePin, makeCertificate, networkNames } from './certificate.ts'
export type { TlsPair } from './certificate.ts'
