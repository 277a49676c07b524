/** Where the curve's arithmetic is done. All give the same verdict behind the pre-check. */
export interface Ed25519Backend {
  /** The public key of a 32-byte seed. */
  publicKey(seed: Uint8Array): Promise<Uint8Array>;
  sign(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array>;
  /** The pre-check has passed; may throw on a key that is not on the curve. */
  verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean | Promise<boolean>;
}

export type Ed25519BackendName = "node" | "webcrypto" | "noble";
