import { privateDigest } from "@omla/sdk/protocol";
import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { RestRequest } from "../../postgrest/index.ts";
import { PRIVATE_PART, type SignedInput } from "../documents/schema.ts";
import { inputError } from "../../plugins/validation.ts";
import { walletOf } from "../wallets/service.ts";
import { restError } from "./errors.ts";

/** A wallet's columns with the signature over the mutation that they make. */
const WALLET_ROW = z.strictObject({
  rail: z.string().max(40),
  update_signature: z.string().max(100),
  update_nonce: z.int().min(1),
  issued_at: z.string().max(30),
  model_id: z.uuid().optional(),
  private_sha256: z.string().max(64).optional(),
  ...PRIVATE_PART.partial().shape,
});

const FILTER = /^(id|address)=eq\.([0-9a-zA-Z-]{1,90})$/;

/**
 * The signed mutation that a `PATCH` of one wallet states column by column: the registry, the wallet's model and address are
 * known here, so that the body only adds what was signed beside them.
 *
 * @returns undefined where the row carries no signature
 * @throws {ApiError} WALLET_FILTER | WALLET_NOT_FOUND | INPUT_INVALID
 * @see docs/spec/3-identity.md clause 3.32
 */
export async function signedWalletRow(ctx: AppContext, { query }: RestRequest, row: unknown): Promise<SignedInput | undefined> {
  if (typeof row !== "object" || row === null || !("update_signature" in row)) return undefined;
  const parsed = WALLET_ROW.safeParse(row);
  if (!parsed.success) throw inputError(parsed.error);
  const { rail, update_signature, update_nonce, issued_at, model_id, private_sha256, salt, ...kept } = parsed.data;
  const wallet = await walletOf(ctx, ...filterOf(query));
  const part = salt === undefined ? undefined : { ...kept, salt };
  const committed = private_sha256 ?? (await privateDigest(part ?? {}));
  const document = {
    spec: "omla-mutation/1",
    issued_at,
    registry: ctx.config.publicUrl,
    model_id: model_id ?? wallet.model_id ?? "",
    nonce: update_nonce,
    change: { kind: "wallet-rail", address: wallet.address, rail, private_sha256: committed },
    signature: update_signature,
  };
  return part === undefined ? { document } : { document, private: part };
}

function filterOf(query: string): ["id" | "address", string] {
  const pairs = query.split("&").map((pair) => FILTER.exec(decodeURIComponent(pair)));
  const found = pairs.filter((match) => match !== null);
  const [name, value] = found[0]?.slice(1) ?? [];
  if (found.length === 1 && value !== undefined) return [name === "id" ? "id" : "address", value];
  throw restError("WALLET_FILTER", "A signed change is of one wallet, named by id=eq.… or address=eq.…");
}
