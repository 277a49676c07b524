import type { Ed25519Backend, Ed25519BackendName } from "./ed25519-backend.ts";
import { createNodeBackend } from "./ed25519-node.ts";
import { createWebCryptoBackend } from "./ed25519-webcrypto.ts";

const CREATE: Record<Ed25519BackendName, () => Promise<Ed25519Backend | undefined>> = {
  // loaded only where the runtime has no Ed25519 of its own
  noble: async () => (await import("./ed25519-noble.ts")).createNobleBackend(),
  webcrypto: createWebCryptoBackend,
  node: async () => createNodeBackend(await nativeOrNoble()),
};

const created: Partial<Record<Ed25519BackendName, Promise<Ed25519Backend | undefined>>> = {};

/** The named back end, made at first use and once; undefined where the runtime has none. */
export function ed25519BackendNamed(name: Ed25519BackendName): Promise<Ed25519Backend | undefined> {
  return (created[name] ??= CREATE[name]());
}

/** The fastest back end of this runtime. */
export async function ed25519Backend(): Promise<Ed25519Backend> {
  return (await ed25519BackendNamed("node")) ?? nativeOrNoble();
}

async function nativeOrNoble(): Promise<Ed25519Backend> {
  return (await ed25519BackendNamed("webcrypto")) ?? ((await ed25519BackendNamed("noble")) as Ed25519Backend);
}
