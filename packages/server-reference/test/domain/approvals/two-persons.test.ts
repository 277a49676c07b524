import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deactivateBoardMember } from "../../../src/domain/board/service.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { addMember, signedInMember, signIn, type TestMember } from "../../helpers/board.ts";
import { registerModel } from "../../helpers/factories.ts";

let test: TestApp;
let first: TestMember;
let second: TestMember;
beforeAll(async () => {
  test = await createTestApp();
  first = await signedInMember(test);
  second = await signedInMember(test);
});
afterAll(() => test.close());

interface Proposal {
  readonly id: string;
  readonly content_sha256: string;
}

const LISTING = { reason: "SPLIT_FRAUD", note: "Seen in three reports." } as const;

async function propose(subject: string, member = first, content: object = LISTING): Promise<Proposal> {
  const answer = await test.post(`/admin/v1/subjects/${subject}/blacklist`, content, member.token);
  expect([answer.statusCode, answer.body]).toEqual([202, expect.any(String)]);
  return answer.json() as Proposal;
}

async function approve({ id, content_sha256 }: Proposal, member = second): Promise<string> {
  const answer = await test.post(`/admin/v1/approvals/${id}/approve`, { content_sha256 }, member.token);
  return answer.statusCode === 200 ? "executed" : (answer.json() as { code: string }).code;
}

async function newSubject(): Promise<string> {
  return (await registerModel(test)).model_id;
}

const stateOf = async (id: string): Promise<unknown> =>
  (await test.rows("select state from omla.compliance_state where id = $1", [id]))[0]?.["state"];
const refresh = async (...members: TestMember[]): Promise<void> => {
  for (const member of members) await signIn(test, member);
};

describe("the two-person rule", () => {
  it("lists a subject by two members, with both names and the reason in the audit log", async () => {
    const subject = await newSubject();
    const proposal = await propose(subject);
    expect(await stateOf(subject)).toBe("REGISTERED");
    expect(await approve(proposal)).toBe("executed");
    expect(await stateOf(subject)).toBe("BLACKLISTED");
    const audit = await test.rows(
      "select l.action, l.actor, d.detail::jsonb ->> 'proposed_by' as proposed_by, d.detail::jsonb ->> 'note' as note from omla.audit_log l join omla.audit_details d using (seq) where l.entity_id in ($1, $2) and l.entity in ('approval', 'compliance_state') order by l.seq",
      [proposal.id, subject],
    );
    expect(audit).toEqual([
      { action: "approval.propose", actor: first.id, proposed_by: null, note: null },
      { action: "approval.execute", actor: second.id, proposed_by: first.id, note: null },
      { action: "compliance.blacklist", actor: second.id, proposed_by: null, note: `Seen in three reports. (proposal ${proposal.id})` },
    ]);
  });

  it("single_admin_cannot_list: nobody approves a proposal of their own, not even from another session", async () => {
    const subject = await newSubject();
    const proposal = await propose(subject);
    expect(await approve(proposal, first)).toBe("APPROVAL_SELF");
    await refresh(first);
    expect(await approve(proposal, first)).toBe("APPROVAL_SELF");
    expect(await stateOf(subject)).toBe("REGISTERED");
    // The database holds the same wall, where the application forgets to ask.
    const forgetful = test.ctx.db.service((tx) =>
      tx.query("select omla.execute_approval($1, $2, $3)", [proposal.id, proposal.content_sha256, first.id]),
    );
    await expect(forgetful).rejects.toMatchObject({ constraint: "APPROVAL_SELF" });
    const direct = test.ctx.db.service((tx) =>
      tx.query("update omla.approvals set approved_by = $2, executed_at = now() where id = $1", [proposal.id, second.id]),
    );
    await expect(direct).rejects.toMatchObject({ code: "42501" });
  });

  it("replayed approvals: what was carried out is not carried out again", async () => {
    const subject = await newSubject();
    const proposal = await propose(subject);
    const outcomes = await Promise.all([approve(proposal), approve(proposal), approve(proposal)]);
    expect(outcomes.sort()).toEqual(["APPROVAL_ENDED", "APPROVAL_ENDED", "executed"]);
    await test.post(`/admin/v1/subjects/${subject}/clear`, { note: "It was a mistake." }, second.token);
    expect(await approve(proposal)).toBe("APPROVAL_ENDED");
    expect(await stateOf(subject)).toBe("REGISTERED");
  });

  it("refuses a proposal whose grounds have changed, and another content than was proposed", async () => {
    const subject = await newSubject();
    const proposal = await propose(subject);
    expect(await approve({ ...proposal, content_sha256: "0".repeat(64) })).toBe("APPROVAL_UNSEEN");
    await test.rows("select omla.blacklist_subject($1, 'OTHER', 'system', 'meanwhile')", [subject]);
    expect(await approve(proposal)).toBe("APPROVAL_STALE");
    expect((await test.rows("select reason from omla.compliance_state where id = $1", [subject]))[0]).toEqual({ reason: "OTHER" });
  });

  it("is not undone by the subject, which complains about itself in between", async () => {
    const subject = await newSubject();
    const proposal = await propose(subject);
    await test.post("/functions/v1/file-complaint", { target: { kind: "model", id: subject }, reason: "OTHER", description: "Poor me." });
    expect(await stateOf(subject)).toBe("UNDER_REVIEW");
    expect(await approve(proposal)).toBe("executed");
    expect(await stateOf(subject)).toBe("BLACKLISTED");
  });

  it("ends after seven days, with a withdrawal, and with a member who has left", async () => {
    const subject = await newSubject();
    const old = await propose(subject);
    test.clock.advance({ days: 7 });
    await refresh(first, second);
    expect(await approve(old)).toBe("APPROVAL_EXPIRED");
    const again = await propose(subject);
    expect((await test.post(`/admin/v1/approvals/${again.id}/withdraw`, {}, second.token)).json()).toMatchObject({ status: "withdrawn" });
    expect(await approve(again)).toBe("APPROVAL_ENDED");
    const leaver = await signedInMember(test);
    const last = await propose(subject, leaver);
    await test.ctx.db.service((tx) => deactivateBoardMember(tx, leaver.email));
    expect(await approve(last)).toBe("BOARD_MEMBER_INACTIVE");
    expect(await stateOf(subject)).toBe("REGISTERED");
  });

  it("keeps one open proposal per act and subject, and shows it", async () => {
    await refresh(first, second);
    const subject = await newSubject();
    const proposal = await propose(subject);
    const twice = await test.post(`/admin/v1/subjects/${subject}/blacklist`, { ...LISTING, reason: "OTHER" }, second.token);
    expect([twice.statusCode, twice.json().code]).toEqual([409, "APPROVAL_OPEN"]);
    const open = await test.get("/admin/v1/approvals", { authorization: `Bearer ${second.token}` });
    expect(open.json().approvals[0]).toMatchObject({
      id: proposal.id,
      action: "subject.blacklist",
      subject,
      content: LISTING,
      status: "open",
    });
    const all = await test.get("/admin/v1/approvals?status=all&limit=100", { authorization: `Bearer ${second.token}` });
    expect(new Set(all.json().approvals.map(({ status }: { status: string }) => status))).toEqual(
      new Set(["open", "executed", "withdrawn", "expired"].filter((status) => all.body.includes(`"${status}"`))),
    );
    expect(all.body).toContain('"executed"');
  });

  it("refuses subjects and contents that are none before anything is stored", async () => {
    const missing = await test.post("/admin/v1/subjects/00000000-0000-4000-8000-000000000000/blacklist", LISTING, first.token);
    expect([missing.statusCode, missing.json().code]).toEqual([404, "SUBJECT_NOT_FOUND"]);
    const subject = await newSubject();
    for (const content of [
      { reason: "REVENGE", note: "abc" },
      { reason: "OTHER" },
      { ...LISTING, enforce: "deny" },
      { reason: "OTHER", note: "x" },
    ])
      expect((await test.post(`/admin/v1/subjects/${subject}/blacklist`, content, first.token)).statusCode).toBe(400);
    expect(await test.rows("select 1 from omla.approvals where subject = $1", [subject])).toEqual([]);
  });

  it("does not let a member act who is not signed in, or whose code is old", async () => {
    const subject = await newSubject();
    const outsider = await addMember(test);
    expect((await test.post(`/admin/v1/subjects/${subject}/blacklist`, LISTING, outsider.token)).statusCode).toBe(401);
    test.clock.advance({ minutes: 5 });
    expect((await test.post(`/admin/v1/subjects/${subject}/blacklist`, LISTING, first.token)).json().code).toBe("PROOF_NEEDED");
  });
});
