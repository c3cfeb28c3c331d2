/** The keys of a repository (restic design.rst, "Keys, Encryption and MAC"). `macR` is masked where it is used, not here. */
export interface MasterKey {
  /** AES-256 key, 32 bytes. */
  readonly encrypt: Buffer
  /** AES-128 key of Poly1305-AES, 16 bytes. */
  readonly macK: Buffer
  /** Poly1305's r, 16 bytes, possibly unclamped. */
  readonly macR: Buffer
}

/** Seals and opens `IV(16) || AES-256-CTR(plaintext) || Poly1305-AES(ciphertext)(16)`. One per thread. */
export declare class Sealer {
  /** Sealed bytes with a fresh random IV: 32 more than the plaintext. */
  seal(plaintext: Uint8Array): Buffer
  /** @throws RESTIC_DAMAGED where the MAC does not hold or the IV is zero. */
  open(sealed: Uint8Array): Buffer
}
