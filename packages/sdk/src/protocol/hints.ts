/** Every code that the protocol's functions raise, with what its reader should do. A code without a hint does not compile. */
export const HINTS = {
  ADDRESS_INVALID: "Copy the address again from the registry or the model card.",
  AMOUNT_INVALID: "Write the amount as a decimal string such as \"18400.00\", without sign, exponent or superfluous zeros.",
  AMOUNT_RANGE: "Amounts are below 10^12 units of their currency.",
  CANONICAL_JSON: "Use strings, booleans, null, safe integers, arrays and objects only; write decimals as strings.",
  CONFIG_KEYS: "Pin public keys of 44 base64 characters, and a threshold between 1 and their number.",
  DOCUMENT_SCHEMA: "Compare the document with its schema under /schemas.",
  KEY_INVALID: "A public key is 32 bytes in standard base64 (44 characters); a secret key is 32 bytes, or tweetnacl's 64.",
  LIMIT_EXCEEDED: "Split the input, or raise the limit where you run the code yourself.",
  SIGNATURE_INVALID: "Sign the exact document again with the key that it names.",
  SIGNATURE_MEMBER: "No top-level member but the type's own signature member may begin with \"signature\".",
} as const satisfies Record<string, string>;

export type ProtocolCode = keyof typeof HINTS;
