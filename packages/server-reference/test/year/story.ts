import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildKeyRotation, encodeAddress, generateKeyPair, type KeyPair, signDocument } from "@omla/sdk/protocol";
import { vi } from "vitest";
import { signModel, type SignedModel } from "../helpers/factories.ts";
import type { Answer, Member, Year } from "./stage.ts";

const LETTER = { timeout: 60_000, interval: 100 };

export interface Payer {
  readonly company_id: string;
  readonly api_key: string;
}

/** Who plays: two models, of which one stands on the other, four companies, and two members of the board. */
export interface Cast {
  readonly base: SignedModel;
  readonly tuned: SignedModel;
  readonly good: Payer;
  readonly late: Payer;
  readonly silent: Payer;
  readonly fraud: Payer;
  /** The key that each model has now, where it was replaced. */
  readonly keys: { base?: KeyPair };
  readonly chair: Member;
  readonly second: Member;
}

export interface Scene {
  readonly at: string;
  readonly what: string;
  act(): Promise<void>;
}

function accepted(what: string, { status, body }: Answer): Record<string, unknown> {
  if (status >= 300) throw new Error(`${what} was answered with ${status}: ${JSON.stringify(body)}`);
  return body;
}

function timeOf(year: Year): string {
  return year.now().toISOString().replace(".000", "");
}

async function register(year: Year, fields: Parameters<typeof signModel>[0]): Promise<SignedModel> {
  const keys = await generateKeyPair();
  const model_id = randomUUID();
  const wallet = { address: encodeAddress(model_id), rail: "wise" as const };
  const model = await signModel({ registry: year.url, issued_at: timeOf(year), model_id, wallet, ...fields }, keys);
  accepted("a registration", await year.post("/functions/v1/register-model", { document: model.document, private: model.private }));
  return model;
}

async function company(year: Year, name: string): Promise<Payer> {
  const domain = `${name.toLowerCase()}.example`;
  const input = { company_name: name, contact_email: `office@${domain}`, domains: [domain] };
  const payer = accepted("a company", await year.post("/functions/v1/register-company", input)) as unknown as Payer;
  const letter = await vi.waitFor(() => {
    const found = year.mail.mails.find(({ to, text }) => to.includes(input.contact_email) && text.includes("token"));
    if (found === undefined) throw new Error(`${name} was not asked to confirm its address`);
    return found;
  }, LETTER);
  const token = /"token":"([^"]+)"/.exec(letter.text)?.[1];
  accepted("a confirmation", await year.post("/functions/v1/confirm-email", { token }));
  return payer;
}

/** Proposed by one member, signed on another machine by the old key and the new one, approved by the other member. */
async function replaceListKey(year: Year, { chair, second }: Cast): Promise<void> {
  const { command, folder } = year;
  const [list, heartbeat] = [await generateKeyPair(), await generateKeyPair()];
  const [file, nextKey] = [join(folder, "keyset.json"), join(folder, "next.key")];
  await writeFile(nextKey, list.secretKey);
  const keys = [
    { role: "list", public_key: list.publicKey },
    { role: "heartbeat", public_key: heartbeat.publicKey },
  ];
  const proposal = accepted("a keyset", await chair.post("/admin/v1/lists/keysets", { keys, threshold: 1 }));
  await writeFile(file, JSON.stringify((await chair.get(`/admin/v1/lists/proposals/${String(proposal["subject"])}/body`)).body));
  const signatures: string[] = [];
  for (const key of [join(folder, "list.key"), nextKey]) {
    const text = await command("keyset", "sign", "--key-file", key, file);
    signatures.push(...(text.match(/--signature \S+/g) ?? []).flatMap((option) => option.split(" ")));
  }
  await command("keyset", "import", file, ...signatures);
  await approve(second, proposal);
  await writeFile(join(folder, "list.key"), list.secretKey);
  await writeFile(join(folder, "heartbeat.key"), heartbeat.secretKey);
}

async function approve(member: Member, { id, content_sha256 }: Record<string, unknown>): Promise<void> {
  accepted("an approval", await member.post(`/admin/v1/approvals/${String(id)}/approve`, { content_sha256 }));
}

export async function gather(year: Year): Promise<Cast> {
  const base = await register(year, { name: "Base 7B" });
  const tuned = await register(year, {
    name: "Tuned 7B",
    lineage: [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.4" }],
  });
  const [good, late, silent, fraud] = [
    await company(year, "Good"),
    await company(year, "Late"),
    await company(year, "Silent"),
    await company(year, "Fraud"),
  ];
  const chair = await year.member("chair@board.example", "payout");
  const second = await year.member("second@board.example", "payout");
  return { base, tuned, keys: {}, good, late, silent, fraud, chair, second };
}

/** What happens between the Mondays, in order of time. */
export function scenesOf(year: Year, cast: Cast): Scene[] {
  const { base, tuned, keys, good, late, silent, fraud, chair, second } = cast;
  const receipts = new Map<string, string>();

  const report =
    (payer: Payer, quarter: string, revenue_usd: string | undefined, final = false) =>
    async (): Promise<void> => {
      const entries = revenue_usd === undefined ? [] : [{ model: tuned.address, inferences: 1_000, revenue_usd, run_cost_usd: "1.00" }];
      await year.client(payer.api_key).report({ quarter, entries, ...(final ? { final } : {}) });
    };
  const complain =
    (name: string, target: { kind: "model" | "commercial_user"; id: string }, reason: "SPLIT_FRAUD" | "FALSE_REPORT" | "APPEAL") =>
    async (): Promise<void> => {
      const { receipt } = await year.client().complaints.file({
        target,
        reason,
        description: `${name}: the evidence is linked`,
        evidence: ["https://evidence.example/1"],
        contact_email: `${name}@complainants.example`,
      });
      receipts.set(name, receipt);
    };
  const pay =
    ({ company_id }: Payer, dollars: number, reference: string) =>
    async (): Promise<void> => {
      const money = { rail: "wise", reference, method: "bank", company_id, amount: String(dollars * 1_000_000) };
      accepted("a payment", await chair.post("/admin/v1/payments/confirm", money));
    };
  const payOut = (quarter: string) => async (): Promise<void> => {
    await year.command("payout", "--quarter", quarter, "--execute");
    const { transfers } = accepted("transfers", await chair.get("/admin/v1/transfers")) as { transfers: { transfer_id: string }[] };
    for (const { transfer_id } of transfers)
      accepted(
        "a transfer",
        await chair.post("/admin/v1/transfers/confirm", { transfer_id, reference: `bank-${transfer_id.slice(0, 8)}` }),
      );
  };
  const taxForm =
    ({ address }: SignedModel) =>
    async (): Promise<void> => {
      const form = {
        wallet: address,
        kind: "W-9",
        jurisdiction: "US",
        file_sha256: "ab".repeat(32),
        expires_at: null,
        document_ref: "safe 1",
      };
      accepted("a tax form", await chair.post("/admin/v1/tax/forms", form));
    };
  const openComplaint = async (target: string): Promise<string> => {
    const { complaints } = accepted("complaints", await chair.get("/admin/v1/complaints?status=open")) as {
      complaints: { id: string; target: { id: string } }[];
    };
    const found = complaints.find((complaint) => JSON.stringify(complaint).includes(target));
    if (found === undefined) throw new Error(`no open complaint about ${target}: ${JSON.stringify(complaints)}`);
    return found.id;
  };

  return [
    { at: "2026-01-08T09:00:00Z", what: "Good reports 1,000 dollars of revenue", act: report(good, "2025-Q4", "1000.00") },
    { at: "2026-01-08T09:00:00Z", what: "Late reports 500 dollars of revenue", act: report(late, "2025-Q4", "500.00") },
    { at: "2026-01-08T09:00:00Z", what: "Silent reports nothing", act: report(silent, "2025-Q4", undefined) },
    { at: "2026-01-20T10:00:00Z", what: "Good pays 300", act: pay(good, 300, "wire-1") },
    {
      at: "2026-02-02T10:00:00Z",
      what: "the board lists Fraud, two of them",
      act: async () => {
        const proposal = accepted(
          "a proposal",
          await chair.post(`/admin/v1/subjects/${fraud.company_id}/blacklist`, {
            reason: "FALSE_REPORT",
            note: "Court papers are on file",
          }),
        );
        const { status } = await chair.post(`/admin/v1/approvals/${String(proposal["id"])}/approve`, {
          content_sha256: proposal["content_sha256"],
        });
        if (status < 400) throw new Error("one member alone has listed a company");
        await approve(second, proposal);
        await year.command("job", "tell-listed");
      },
    },
    {
      at: "2026-02-10T10:00:00Z",
      what: "Base asks for another key",
      act: async () => {
        const next = await generateKeyPair();
        const draft = buildKeyRotation({
          registry: year.url,
          issued_at: timeOf(year),
          model_id: base.model_id,
          nonce: 1,
          new_pubkey: next.publicKey,
        });
        const document = await signDocument("key-rotation", draft, base.keys.secretKey);
        accepted("a rotation", await year.post("/functions/v1/rotate-key", { document }));
        keys.base = next;
      },
    },
    {
      at: "2026-02-18T10:00:00Z",
      what: "and has it a week later",
      act: async () => void (await year.command("job", "complete-key-rotations")),
    },
    {
      at: "2026-03-01T10:00:00Z",
      what: "somebody complains about Tuned",
      act: complain("doubter", { kind: "model", id: tuned.model_id }, "SPLIT_FRAUD"),
    },
    {
      at: "2026-03-05T10:00:00Z",
      what: "the board dismisses it",
      act: async () => {
        accepted(
          "a dismissal",
          await chair.post(`/admin/v1/complaints/${await openComplaint(tuned.model_id)}/dismiss`, {
            note: "The splits are those that were signed",
          }),
        );
      },
    },
    { at: "2026-04-01T08:00:00Z", what: "the payout after the first quarter", act: payOut("2026-Q1") },
    { at: "2026-04-08T09:00:00Z", what: "Good reports 2,000", act: report(good, "2026-Q1", "2000.00") },
    { at: "2026-04-20T10:00:00Z", what: "Good pays 600", act: pay(good, 600, "wire-2") },
    { at: "2026-06-10T08:00:00Z", what: "Late pays at last", act: pay(late, 150, "wire-3") },
    { at: "2026-06-10T09:00:00Z", what: "Late reports nothing for the first quarter", act: report(late, "2026-Q1", undefined) },
    { at: "2026-06-10T10:00:00Z", what: "and appeals", act: complain("late", { kind: "commercial_user", id: late.company_id }, "APPEAL") },
    {
      at: "2026-06-12T10:00:00Z",
      what: "the board clears it",
      act: async () => {
        accepted(
          "a clearing",
          await chair.post(`/admin/v1/subjects/${late.company_id}/clear`, { note: "Everything was paid on the tenth" }),
        );
        accepted(
          "a resolution",
          await chair.post(`/admin/v1/complaints/${await openComplaint(late.company_id)}/resolve`, { note: "Cleared" }),
        );
      },
    },
    { at: "2026-07-01T08:00:00Z", what: "the payout after the second quarter", act: payOut("2026-Q2") },
    { at: "2026-07-02T09:00:00Z", what: "Late files its last report", act: report(late, "2026-Q2", undefined, true) },
    { at: "2026-07-08T09:00:00Z", what: "Good reports 3,000", act: report(good, "2026-Q2", "3000.00") },
    { at: "2026-07-15T10:00:00Z", what: "Tuned hands in its tax form", act: taxForm(tuned) },
    { at: "2026-07-20T10:00:00Z", what: "Good pays 900", act: pay(good, 900, "wire-4") },
    { at: "2026-08-03T10:00:00Z", what: "Base hands in its tax form", act: taxForm(base) },
    {
      at: "2026-09-01T10:00:00Z",
      what: "somebody complains about Good, and nobody ever decides",
      act: complain("nobody", { kind: "commercial_user", id: good.company_id }, "FALSE_REPORT"),
    },
    { at: "2026-10-01T08:00:00Z", what: "the payout after the third quarter", act: payOut("2026-Q3") },
    { at: "2026-10-08T09:00:00Z", what: "Good reports 4,000", act: report(good, "2026-Q3", "4000.00") },
    { at: "2026-10-20T10:00:00Z", what: "Good pays 1,200", act: pay(good, 1_200, "wire-5") },
    { at: "2026-11-10T10:00:00Z", what: "the association replaces its list key", act: () => replaceListKey(year, cast) },
    { at: "2027-01-01T08:00:00Z", what: "the payout after the last quarter", act: payOut("2026-Q4") },
  ];
}
