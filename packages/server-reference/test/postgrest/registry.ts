import { signToken } from "../../src/credentials/jwt.ts";
import { createTestApp, JWT_SECRET, type TestApp } from "../helpers/app.ts";
import { type Company, registerCompany, registerModel, type SignedModel } from "../helpers/factories.ts";

/** A registry with a base model, its child, a company that reported on the child, and a payment to the child's wallet. */
export interface Registry {
  readonly test: TestApp;
  readonly base: SignedModel;
  readonly child: SignedModel;
  readonly company: Company;
  readonly stranger: Company;
  /** The session of the child's creator. */
  readonly creator: string;
  readonly wallet_id: string;
  readonly report_id: string;
}

export async function createRegistry(): Promise<Registry> {
  const test = await createTestApp();
  const base = await registerModel(test, { name: "Base LM" });
  const lineage = [{ parent_id: base.model_id, relationship: "fine-tune", contribution_weight: "0.4" }];
  const child = await registerModel(test, { name: "Child, of (Base) LM", lineage } as never);
  const company = await registerCompany(test, "First");
  const stranger = await registerCompany(test, "Second");
  const entries = [{ model: child.address, inferences: 10, revenue_usd: "1000.000001", run_cost_usd: "200" }];
  const filed = await test.post("/functions/v1/submit-report", { quarter: "2026-Q2", entries }, company.api_key);
  const report_id = (filed.json() as { lines: { report_id: string }[] }).lines[0]?.report_id ?? "";
  const [wallet] = await test.rows("select id from omla.wallets where model_id = $1 and is_primary", [child.model_id]);
  const wallet_id = String(wallet?.["id"]);
  return { test, base, child, company, stranger, creator: sessionOf(test, child), wallet_id, report_id };
}

/** What sign-in gives somebody who holds the model's key. */
function sessionOf(test: TestApp, model: SignedModel): string {
  const iat = Math.floor(test.clock.now().getTime() / 1_000);
  return signToken(
    { role: "authenticated", pubkey: model.keys.publicKey, sub: model.model_id, iat, exp: iat + 3_600 } as never,
    JWT_SECRET,
  );
}
