import { randomBytes } from "node:crypto";
import { buildHosterClaim, encodeAddress, generateKeyPair, hostMessage, sign, signDocument } from "@omla/sdk/protocol";
import type { LightMyRequestResponse } from "fastify";
import { describe, expect, it } from "vitest";
import { REGISTRY } from "../../helpers/app.ts";
import { signIn } from "../../helpers/board.ts";
import { START } from "../../helpers/clock.ts";
import { type Company, registerCompany, registerModel } from "../../helpers/factories.ts";
import { LISTING, said, useBoardRoom } from "./board-room.ts";

const room = useBoardRoom();
const { act, look, stateOf, complain } = room;

describe("personal data", () => {
  it("gdpr_redaction_chain_ok: is erased for good, and the audit chain stays whole", async () => {
    const model = await registerModel(room.test);
    const company = await registerCompany(room.test);
    const { id } = await complain("model", model.model_id);
    const [row] = await room.test.rows("select seq from omla.audit_log where action = 'complaint.file' and entity_id = $1", [id]);
    const erase = (what: string, target: string): Promise<LightMyRequestResponse> =>
      act("redactions", { what, id: target, reason: "Asked for by the person." });
    for (const [what, target] of [
      ["complaint", id],
      ["company-contact", company.company_id],
      ["model-contact", model.model_id],
      ["audit-detail", String(row?.["seq"])],
    ] as const) {
      expect((await erase(what, target)).json()).toEqual({ erased: expect.any(Number) });
      expect((await erase(what, target)).statusCode).toBe(404);
    }
    const left = JSON.stringify([
      await room.test.rows("select * from omla.complaint_private where complaint_id = $1", [id]),
      await room.test.rows("select * from omla.commercial_user_private where company_id = $1", [company.company_id]),
      await room.test.rows("select * from omla.model_private where model_id = $1", [model.model_id]),
      await room.test.rows("select p.* from omla.document_private p join omla.documents d using (digest) where d.model_id = $1", [
        model.model_id,
      ]),
      await room.test.rows("select * from omla.audit_details where seq = $1", [row?.["seq"]]),
    ]);
    for (const word of ["doe@example.org", "Ms Doe", "office@example.com", "creator@example.org", "SPLIT"])
      expect(left).not.toContain(word);
    expect(await room.test.rows("select bad_seq from omla.audit_verify()")).toEqual([{ bad_seq: null }]);
    const doctor = await room.test.get("/admin/v1/audit?action=board.redact&limit=3", { authorization: `Bearer ${room.first.token}` });
    expect(doctor.json().entries.map(({ actor }: { actor: string }) => actor)).toEqual([room.first.id, room.first.id, room.first.id]);
    // The signed documents still verify, since only the digest of the private part stands in them.
    expect((await room.test.get(`/badge/${model.address}.json`)).statusCode).toBe(200);
  });

  it("is not erased by a kind or an id that is none", async () => {
    expect(said(await act("redactions", { what: "wallet", id: "1", reason: "abc" }))).toEqual([400, "INPUT_INVALID"]);
    expect(said(await act("redactions", { what: "complaint", id: "1", reason: "abc" }))).toEqual([400, "INPUT_INVALID"]);
    expect(said(await act("redactions", { what: "audit-detail", id: "999999", reason: "abc" }))).toEqual([404, "NOT_FOUND"]);
  });
});

describe("what the tick would do", () => {
  it("is foreseen without a trace, and comes true", async () => {
    const company: Company = await registerCompany(room.test, "Late & Co");
    room.test.clock.set("2026-07-15T00:00:00Z");
    await room.test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries: [] }, company.api_key);
    await signIn(room.test, room.first);
    const mine = async (asOf: string): Promise<unknown[]> =>
      ((await look(`compliance/preview?as_of=${asOf}`)) as unknown as { moves: { id: string; entered: string[] }[] }).moves
        .filter(({ id }) => id === company.company_id)
        .map(({ entered }) => entered);
    const before = await room.test.rows("select max(seq) as seq from omla.audit_log");
    // The deadline of the third quarter is 30 days after its end, on October 31; 90 days later is January 29.
    expect(await mine("2026-10-31T00:00:00Z")).toEqual([]);
    expect(await mine("2026-10-31T00:00:01Z")).toEqual([["DELINQUENT"]]);
    expect(await mine("2027-01-29T00:00:00Z")).toEqual([["DELINQUENT", "BLACKLISTED"]]);
    expect(await room.test.rows("select max(seq) as seq from omla.audit_log")).toEqual(before);
    room.test.clock.set("2026-10-31T00:00:01Z");
    await room.test.post("/functions/v1/compliance-tick", {}, room.test.operator);
    expect(await stateOf(company.company_id)).toEqual({ state: "DELINQUENT", previous_state: null });
  });
});

describe("hosters and locations", () => {
  it("confirms a location by hand, and takes that back", async () => {
    const url = "https://hub.example/owner/repo";
    const model = await registerModel(room.test, { locations: [url] });
    const place = { model_id: model.model_id, url };
    expect((await look(`locations?model_id=${model.model_id}`)).locations).toMatchObject([
      { url, verified_at: null, address: model.address },
    ]);
    expect((await act("locations/confirm", { ...place, confirmed: true, note: "Seen today." })).json()).toMatchObject({
      verified_at: expect.any(String),
    });
    expect((await act("locations/confirm", { ...place, confirmed: false, note: "It is gone." })).json()).toMatchObject({
      verified_at: null,
    });
    expect(said(await act("locations/confirm", { ...place, url: "https://hub.example/else", confirmed: true, note: "Seen." }))).toEqual([
      404,
      "LOCATION_NOT_FOUND",
    ]);
    const literal = await registerModel(room.test, { locations: ["https://169.254.169.254/latest"] });
    expect(said(await act("locations/check", { model_id: literal.model_id, url: "https://169.254.169.254/latest" }))).toEqual([
      422,
      "LOCATION_REFUSED",
    ]);
  });

  it("verifies a hoster's claim where the model's key has not, and revokes it for good", async () => {
    const model = await registerModel(room.test, { hoster_share_pct: "20" });
    const hoster = await generateKeyPair();
    const wallet = encodeAddress(randomBytes(16));
    await room.test.post("/functions/v1/register-wallet", { address: wallet, owner_pubkey: hoster.publicKey, label: "Host" });
    const host_signature = await sign(hostMessage(model.model_id), hoster.secretKey);
    const sent = { issued_at: START, registry: REGISTRY, model_id: model.model_id, hoster_pubkey: hoster.publicKey };
    const draft = buildHosterClaim({ ...sent, name: "Host", wallet, host_signature });
    await room.test.post("/functions/v1/hoster-claim", { document: await signDocument("hoster-claim", draft, hoster.secretKey) });
    const [claim] = (await look(`hoster-claims?model_id=${model.model_id}`)).claims as unknown as { id: string }[];
    expect(claim).toMatchObject({ model_id: model.model_id, wallet, verified_at: null, volumes: [] });
    const review = (verified: boolean): Promise<LightMyRequestResponse> =>
      act(`hoster-claims/${claim?.id}/review`, { verified, note: "Called them." });
    expect((await review(true)).json()).toMatchObject({ verified_at: expect.any(String), verified_by: room.first.id });
    expect((await review(false)).json()).toMatchObject({ revoked_at: expect.any(String) });
    expect(said(await review(true))).toEqual([404, "HOSTER_CLAIM_NOT_FOUND"]);
  });

  it("refuses a claim that is none", async () => {
    expect(said(await act("hoster-claims/00000000-0000-4000-8000-000000000000/review", { verified: true, note: "abc" }))).toEqual([
      404,
      "HOSTER_CLAIM_NOT_FOUND",
    ]);
    expect((await look("hoster-claims")).claims).toEqual([]);
  });
});

describe("what waits", () => {
  it("is counted queue by queue, beside who is on the board and what needs two", async () => {
    const before = (await look("queues")) as unknown as Record<string, number>;
    const { model_id } = await registerModel(room.test, { locations: ["https://hub.example/waits"] });
    await complain("model", model_id);
    await act(`subjects/${model_id}/blacklist`, LISTING);
    const after = (await look("queues")) as unknown as Record<string, number>;
    const grown = Object.keys(after).filter((name) => name !== "as_of" && after[name] !== before[name]);
    expect(grown.sort()).toEqual(["approvals", "complaints", "holders_to_tell", "locations"]);
    expect((await look("members")).members).toContainEqual({
      id: room.first.id,
      email: room.first.email,
      role: "payout",
      is_active: true,
      signed_in_at: expect.any(String),
    });
    const { actions } = (await look("actions")) as unknown as { actions: { action: string }[] };
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["blacklist.publish", "payment.refund", "payout.execute", "subject.blacklist"]),
    );
  });
});
