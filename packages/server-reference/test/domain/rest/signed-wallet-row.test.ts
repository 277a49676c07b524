import { buildMutation, privateDigest, signDocument } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REGISTRY } from "../../helpers/app.ts";
import { START } from "../../helpers/clock.ts";
import { createRegistry, type Registry } from "../../postgrest/registry.ts";

let registry: Registry;
beforeAll(async () => {
  registry = await createRegistry();
});
afterAll(() => registry.test.close());

const PART = { rail_identifier: "somebody@example.org", salt: "0123456789abcdef" };

/** The columns of a wallet as its creator signs them: the signature is the one over the mutation that they stand for. */
async function signedRow(nonce: number, rail: "paypal" | "wise" = "paypal"): Promise<Record<string, unknown>> {
  const { child } = registry;
  const change = { kind: "wallet-rail", address: child.address, rail, private_sha256: await privateDigest(PART) } as const;
  const draft = buildMutation({ issued_at: START, registry: REGISTRY, model_id: child.model_id, nonce, change });
  const { signature } = await signDocument("mutation", draft, child.keys.secretKey);
  return { rail, ...PART, issued_at: START, update_nonce: nonce, update_signature: signature };
}

const patch = (query: string, payload: object, prefer = "return=representation") =>
  registry.test.app.inject({ method: "PATCH", url: `/rest/v1/wallets?${query}`, headers: { prefer }, payload });

describe("PATCH /rest/v1/wallets with update_signature and update_nonce", () => {
  it("changes the rail of the wallet that the filter names", async () => {
    const answer = await patch(`id=eq.${registry.wallet_id}&select=rail,update_nonce`, await signedRow(1));
    expect([answer.statusCode, answer.json()]).toEqual([200, [{ rail: "paypal", update_nonce: 1 }]]);
    const byAddress = await patch(`address=eq.${registry.child.address}&select=rail`, await signedRow(2, "wise"));
    expect([byAddress.statusCode, byAddress.json()]).toEqual([200, [{ rail: "wise" }]]);
    const [row] = await registry.test.rows("select rail_identifier from omla.wallet_private where wallet_id = $1", [registry.wallet_id]);
    expect(row).toEqual({ rail_identifier: "somebody@example.org" });
    expect((await patch(`id=eq.${registry.wallet_id}`, await signedRow(3), "")).statusCode).toBe(204);
  });

  it("refuses a nonce that was used, and every column that is not what was signed", async () => {
    const query = `id=eq.${registry.wallet_id}`;
    const row = await signedRow(9);
    for (const other of [
      { rail: "lightning" },
      { update_nonce: 10 },
      { rail_identifier: "thief@example.org" },
      { issued_at: "2026-01-01T00:00:00Z" },
    ])
      expect((await patch(query, { ...row, ...other })).json()).toMatchObject({ code: "SIGNATURE_INVALID" });
    expect((await patch(query, await signedRow(1))).json()).toMatchObject({ code: "DOCUMENT_EXISTS" });
    expect((await patch(query, await signedRow(1, "wise"))).json()).toMatchObject({ code: "NONCE_NOT_HIGHER" });
    expect((await patch(`address=eq.${registry.base.address}`, row)).json()).toMatchObject({ code: "SIGNATURE_INVALID" });
    expect((await patch(query, { ...row, owner: "me" })).json()).toMatchObject({ code: "INPUT_INVALID" });
  });

  it("asks for one wallet, and for one that is there", async () => {
    const row = await signedRow(20);
    for (const query of [
      "",
      "rail=eq.stripe",
      `id=in.(${registry.wallet_id})`,
      `id=eq.${registry.wallet_id}&address=eq.${registry.child.address}`,
    ])
      expect((await patch(query, row)).json()).toMatchObject({ code: "WALLET_FILTER" });
    expect((await patch("id=eq.5d3c6f10-0000-4000-8000-000000000000", row)).json()).toMatchObject({ code: "WALLET_NOT_FOUND" });
    expect((await patch("id=eq.x", row)).json()).toMatchObject({ code: "WALLET_NOT_FOUND" });
  });

  it("refuses the same columns without a signature, and says where to go", async () => {
    const { update_signature: _signature, ...unsigned } = await signedRow(30);
    const answer = await patch(`id=eq.${registry.wallet_id}`, unsigned);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      403,
      { code: "SIGNATURE_REQUIRED", details: { action: "/functions/v1/mutate" } },
    ]);
  });
});
