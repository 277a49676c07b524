/** The member that holds the signature of one signer; a file that several sign has both. */
export const ONE = ["signature"] as const;
export const SEVERAL = ["signature", "signatures"] as const;
