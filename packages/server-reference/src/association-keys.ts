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
}

/**
 * Reads the association's secret keys from their files.
 *
 * @throws {ConfigError} naming the variable, never the content
 */
export async function loadAssociationKeys(files: {
  readonly list: string | undefined;
  readonly heartbeat: string | undefined;
}): Promise<AssociationKeys> {
  return {
    list: await loadKey("OMLA_SIGNING_KEY_FILE", files.list),
    heartbeat: await loadKey("OMLA_HEARTBEAT_KEY_FILE", files.heartbeat),
  };
}

async function loadKey(variable: string, file: string | undefined): Promise<AssociationKey | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file, "utf8").catch(() => {
    throw new ConfigError([`${variable} points to ${file}, which cannot be read: run "omla-server init", or correct the path`]);
  });
  return associationKey(text.trim()).catch(() => {
    throw new ConfigError([`${variable} points to ${file}, which holds no secret key: it must be 44 or 88 base64 characters`]);
  });
}

export async function associationKey(secretKey: string): Promise<AssociationKey> {
  const pair = await keyPairFromSecretKey(secretKey);
  return { ...pair, keyId: await keyId(pair.publicKey) };
}
