import { encodeAddress, type KeyPair, keyPairFromSecretKey, sha256, utf8Encode } from "@omla/sdk/protocol";

/** A creator of the demonstration, with one model and the keys that belong to it. */
export interface Creator {
  readonly name: string;
  readonly model: string;
  readonly modelId: string;
  readonly address: string;
  readonly keys: KeyPair;
  /** Weights of the package that the demonstration hashes. */
  readonly file: string;
}

export interface Cast {
  readonly ada: Creator;
  readonly bela: Creator;
  readonly dora: Creator;
  /** Chen works with Bela: a wallet with an owner's key, and no model. */
  readonly chen: { readonly keys: KeyPair; readonly address: string };
}

/** Names, keys and ids of the demonstration; known to everybody, and the same on every run. */
export async function createCast(): Promise<Cast> {
  const chen = await keyPairFromSecretKey(await seedOf("chen"));
  return {
    ada: await creator("Ada", "Landmarks 68", "face_landmark_68_model.bin"),
    bela: await creator("Bela", "Landmarks 68 tiny", "face_landmark_68_tiny_model.bin"),
    dora: await creator("Dora", "Expressions", "face_expression_model.bin"),
    chen: { keys: chen, address: encodeAddress((await seedOf("chen's wallet")).subarray(0, 16)) },
  };
}

/** Secret of a role, base64 seed of the association's demonstration key included. */
export function seedOf(role: string): Promise<Uint8Array> {
  return sha256(utf8Encode(`omla demonstration, known to everybody: ${role}`));
}

async function creator(name: string, model: string, file: string): Promise<Creator> {
  const modelId = uuidV4(await seedOf(`${name}'s model`));
  return { name, model, modelId, address: encodeAddress(modelId), keys: await keyPairFromSecretKey(await seedOf(name)), file };
}

function uuidV4(bytes: Uint8Array): string {
  const id = bytes.slice(0, 16);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x40;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(id).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
