/** What a generation needs, and what Keeper and verifier sign of it. */
export {
  manifestHash,
  type ManifestObject,
  manifestText,
  objectKey,
  packManifest,
  parseManifest,
  readManifest,
  unpackManifest,
} from './manifest.ts'
export {
  type Attestation,
  openAttestation,
  openReceipt,
  type Receipt,
  signAttestation,
  signReceipt,
} from './receipt.ts'
