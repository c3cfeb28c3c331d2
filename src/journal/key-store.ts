/**
 * Where secrets of the system lie (signing key of the ledger). The vault decides: a folder of root-only files, the
 * service manager's credentials, later a TPM.
 */
export interface KeyStore {
  /** The secret's bytes, or undefined where there is none of that name. */
  load(name: string): Uint8Array | undefined
  /** Keeps a new secret durably; refuses to replace one. */
  save(name: string, secret: Uint8Array): void
}
