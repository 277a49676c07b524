import type { LightMyRequestResponse } from "fastify";
import { describe, expect, it } from "vitest";
import { runJob } from "../../../src/jobs/runner.ts";
import { decideTogether, signIn } from "../../helpers/board.ts";
import { registerModel } from "../../helpers/factories.ts";
import { LISTING, said, useBoardRoom } from "./board-room.ts";

const room = useBoardRoom();
const { act, look, stateOf, complain } = room;

describe("complaints in the board's hands", () => {
  it("nested_complaint_restores_state: what was under the review shows again with the last one that closes", async () => {
    const { model_id } = await registerModel(room.test);
    const [one, two] = [await complain("model", model_id), await complain("model", model_id)];
    const dismissed = await act(`complaints/${one.id}/dismiss`, { note: "There is nothing in it." });
    expect([dismissed.statusCode, dismissed.body.includes("Doe")]).toEqual([200, false]);
    expect(await stateOf(model_id)).toEqual({ state: "UNDER_REVIEW", previous_state: "REGISTERED" });
    expect((await act(`complaints/${two.id}/resolve`, { note: "They settled it." })).json()).toMatchObject({
      status: "resolved",
      resolution: "They settled it.",
      target: { id: model_id, state: "REGISTERED" },
    });
    expect(await look(`complaints/${two.id}`)).toMatchObject({ description: "Ms Doe saw it.", complainant_email: "doe@example.org" });
    expect(await stateOf(model_id)).toEqual({ state: "REGISTERED", previous_state: null });
    expect(said(await act(`complaints/${one.id}/resolve`, { note: "Once more." }))).toEqual([409, "COMPLAINT_CLOSED"]);
    expect(said(await act("complaints/00000000-0000-4000-8000-000000000000/resolve", { note: "abc" }))).toEqual([
      404,
      "COMPLAINT_NOT_FOUND",
    ]);
    expect(room.test.queued.filter(({ name }) => name === "notice").map(({ data }) => data)).toEqual([
      { kind: "complaint-decided", complaint_id: one.id },
      { kind: "complaint-decided", complaint_id: two.id },
    ]);
  });

  it("answer their receipt with the board's words, and nobody else", async () => {
    const { model_id } = await registerModel(room.test);
    const { id, receipt } = await complain("model", model_id);
    const status = async (given: string): Promise<LightMyRequestResponse> =>
      room.test.post("/functions/v1/complaint-status", { receipt: given });
    expect((await status(receipt)).json()).toMatchObject({ status: "open", resolution: null, closed_at: null });
    await act(`complaints/${id}/dismiss`, { note: "There is nothing in it." });
    expect((await status(receipt)).json()).toEqual({
      receipt,
      status: "dismissed",
      reason: "OTHER",
      filed_at: expect.any(String),
      notified_at: null,
      closed_at: expect.any(String),
      resolution: "There is nothing in it.",
    });
    expect(said(await status("BBBBB-BBBBB-BBBBB-BBBBB"))).toEqual([404, "COMPLAINT_NOT_FOUND"]);
  });

  it("are upheld by two, which closes every open one of the target", async () => {
    const { model_id } = await registerModel(room.test);
    const [one, two] = [await complain("model", model_id), await complain("model", model_id)];
    const answer = await decideTogether(room.test, [room.first, room.second], `/admin/v1/complaints/${one.id}/uphold`, LISTING);
    expect(answer.json().result).toEqual({ subject: model_id, state: "BLACKLISTED", case: expect.stringMatching(/^C-2026-\d{4}$/) });
    for (const { id } of [one, two])
      expect(await look(`complaints/${id}`)).toMatchObject({ status: "upheld", resolution: /upheld as C-2026/ as never });
    expect(said(await act(`complaints/${one.id}/uphold`, LISTING))).toEqual([409, "COMPLAINT_CLOSED"]);
  });

  it("are listed by what they are and whom they are about, a page at a time", async () => {
    const { model_id } = await registerModel(room.test);
    for (let count = 0; count < 3; count += 1) await complain("model", model_id, { reason: "SPLIT_FRAUD" });
    const page = (query: string): Promise<unknown[]> =>
      look(`complaints?target_id=${model_id}&${query}`).then(({ complaints }) => complaints);
    expect(await page("limit=2")).toHaveLength(2);
    expect(await page("limit=2&offset=2")).toHaveLength(1);
    expect(await page("reason=OTHER")).toHaveLength(0);
    expect(await page("status=dismissed")).toHaveLength(0);
    for (const query of ["limit=0", "limit=101", "offset=-1", "status=new", "order=name"])
      expect((await room.test.get(`/admin/v1/complaints?${query}`, { authorization: `Bearer ${room.first.token}` })).statusCode).toBe(400);
  });

  it("lapse after 60 days without a decision, and the complainant is told", async () => {
    const { model_id } = await registerModel(room.test);
    const { id } = await complain("model", model_id);
    room.test.clock.advance({ days: 60 });
    expect(await runJob(room.test.ctx, "lapse-complaints")).toEqual({ lapsed: expect.not.arrayContaining([id]) });
    room.test.clock.advance({ seconds: 1 });
    expect(await runJob(room.test.ctx, "lapse-complaints")).toEqual({ lapsed: expect.arrayContaining([id]) });
    expect(await stateOf(model_id)).toEqual({ state: "REGISTERED", previous_state: null });
    expect(room.test.queued.at(-1)).toEqual({ name: "notice", data: { kind: "complaint-decided", complaint_id: id } });
    expect(await runJob(room.test.ctx, "lapse-complaints")).toEqual({ lapsed: [] });
  });
});

describe("a listed subject", () => {
  async function listed(): Promise<string> {
    const { model_id } = await registerModel(room.test);
    await decideTogether(room.test, [room.first, room.second], `/admin/v1/subjects/${model_id}/blacklist`, LISTING);
    return model_id;
  }

  it("complaint_self_unblacklist_fail: appeals with evidence, stays listed, and is cleared by the board alone", async () => {
    const subject = await listed();
    const appeal = { target: { kind: "model", id: subject }, reason: "APPEAL", description: "We have paid." };
    expect(said(await room.test.post("/functions/v1/file-complaint", appeal))).toEqual([422, "EVIDENCE_MISSING"]);
    const innocent = await registerModel(room.test);
    const foreign = { ...appeal, target: { kind: "model", id: innocent.model_id }, evidence: ["https://example.org/receipt"] };
    expect(said(await room.test.post("/functions/v1/file-complaint", foreign))).toEqual([422, "APPEAL_NOT_LISTED"]);
    const { id } = await complain("model", subject, { reason: "APPEAL", evidence: ["https://example.org/receipt"] });
    expect(await stateOf(subject)).toEqual({ state: "UNDER_REVIEW", previous_state: "BLACKLISTED" });
    expect((await look(`subjects?listed=true&kind=model`)).subjects).toContainEqual(expect.objectContaining({ id: subject }));
    await act(`complaints/${id}/resolve`, { note: "It was paid." });
    expect(await stateOf(subject)).toEqual({ state: "BLACKLISTED", previous_state: null });
    expect((await act(`subjects/${subject}/clear`, { note: "It was paid." })).json()).toEqual({
      id: subject,
      state: "REGISTERED",
      enforce: "deny",
      list: null,
    });
    expect(await stateOf(subject)).toEqual({ state: "REGISTERED", previous_state: null });
  });

  it("is told by the board where it left no address, published after 14 days, suspended and dropped at once", async () => {
    const subject = await listed();
    const entry = async (): Promise<unknown> =>
      ((await room.test.get("/api/blacklist.json")).json() as { entries: { id: string; enforce: string }[] }).entries.find(
        ({ id }) => id === subject,
      )?.enforce;
    const publish = (): Promise<LightMyRequestResponse> => room.test.post("/functions/v1/publish-blacklist", {}, room.test.operator);
    await publish();
    expect(said(await act(`subjects/${subject}/told`, { note: "Told by telephone." }))).toEqual([200, undefined]);
    expect(said(await act(`subjects/${subject}/told`, { note: "Told by telephone." }))).toEqual([409, "NOT_LISTED"]);
    room.test.clock.advance({ days: 13 });
    await publish();
    expect(await entry()).toBeUndefined();
    room.test.clock.advance({ days: 8 });
    await publish();
    expect(await entry()).toBe("deny");
    await signIn(room.test, room.first);
    const suspended = await act(`subjects/${subject}/enforce`, { enforce: "suspended", note: "Until the court has decided." });
    expect(suspended.json()).toMatchObject({ enforce: "suspended", list: expect.any(Number) });
    expect(await entry()).toBe("suspended");
    expect((await act(`subjects/${subject}/clear`, { note: "The court has decided." })).json()).toMatchObject({
      state: "REGISTERED",
      list: expect.any(Number),
    });
    expect(await entry()).toBeUndefined();
    expect(said(await act(`subjects/${subject}/enforce`, { enforce: "warn", note: "Too late." }))).toEqual([409, "NOT_LISTED"]);
    const history = (await look(`subjects/${subject}`)) as unknown as { history: { action: string }[] };
    expect(history.history.map(({ action }) => action)).toEqual([
      "compliance.clear",
      "compliance.enforce",
      "compliance.told",
      "compliance.blacklist",
    ]);
  });
});
