import { readFile } from "node:fs/promises";
import { type KeyPair, keyId, keyPairFromSecretKey } from "@omla/sdk/protocol";
import { ConfigError } from "./config-error.ts";

export interface AssociationKey extends KeyPair {
  readonly keyId: string;
}

/** The keys with which this process signs; without a list key the list is an unsigned placeholder. */
export interface AssociationKeys {
  readonly list: AssociationKey | undefined;
  readonly heartbeat: AssociationKey | undefined;
  /** Reads the files again, so that a running server takes up another key; absent where the keys come from elsewhere. */
  refresh?(): Promise<void>;
}

interface KeyFiles {
  readonly list: string | undefined;
  readonly heartbeat: string | undefined;
}

/**
 * Reads the association's secret keys from their files; `refresh` reads them again.
 *
 * @throws {ConfigError} naming the variable, never the content
 */
export async function loadAssociationKeys(files: KeyFiles): Promise<AssociationKeys> {
  const read = async (): Promise<Pick<AssociationKeys, "list" | "heartbeat">> => ({
    list: await loadKey("OMLA_SIGNING_KEY_FILE", files.list),
    heartbeat: await loadKey("OMLA_HEARTBEAT_KEY_FILE", files.heartbeat),
  });
  let held = await read();
  return {
    get list() {
      return held.list;
    },
    get heartbeat() {
      return held.heartbeat;
    },
    refresh: async () => {
      held = await read();
    },
  };
}

async function loadKey(variable: string, file: string | undefined): Promise<AssociationKey | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, "utf8").catch(() => {
    throw new ConfigError([`${variable} points to ${file}, which cannot be read: run "omla-server init", or correct the path`]);
  });
  return keyOfFile(text).catch(() => {
    throw new ConfigError([`${variable} points to ${file}, which holds no secret key: it must be 44 or 88 base64 characters`]);
  });
}

/** The key in a file: the base64 secret alone, or what `omla keygen` writes. @throws {Error} where it holds none */
export async function keyOfFile(text: string): Promise<AssociationKey> {
  const content = text.trim();
  return associationKey(content.startsWith("{") ? String((JSON.parse(content) as { secret_key?: unknown }).secret_key) : content);
}

export async function associationKey(secretKey: string): Promise<AssociationKey> {
  const pair = await keyPairFromSecretKey(secretKey);
  return { ...pair, keyId: await keyId(pair.publicKey) };
}
