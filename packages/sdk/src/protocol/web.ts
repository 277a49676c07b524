/** A key object of WebCrypto; opaque. */
export interface WebCryptoKey {
  readonly type: string;
}

/** The part of WebCrypto that the protocol uses. */
export interface WebSubtle {
  digest(algorithm: string, data: Uint8Array): Promise<ArrayBuffer>;
  importKey(format: string, data: Uint8Array | object, algorithm: string, extractable: boolean, usages: string[]): Promise<WebCryptoKey>;
  exportKey(format: "jwk", key: WebCryptoKey): Promise<{ x?: string; d?: string }>;
  sign(algorithm: string, key: WebCryptoKey, data: Uint8Array): Promise<ArrayBuffer>;
  verify(algorithm: string, key: WebCryptoKey, signature: Uint8Array, data: Uint8Array): Promise<boolean>;
}

/** What every supported runtime has globally; declared here because this folder is compiled without DOM and Node types. */
interface WebGlobals {
  readonly crypto?: { readonly subtle?: WebSubtle; getRandomValues(bytes: Uint8Array): Uint8Array };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => { decode(bytes: Uint8Array): string };
  readonly process?: {
    readonly versions?: { readonly [runtime: string]: string | undefined };
    readonly getBuiltinModule?: (name: string) => unknown;
  };
  btoa(binary: string): string;
  atob(base64: string): string;
}

export const web: WebGlobals = globalThis as unknown as WebGlobals;
