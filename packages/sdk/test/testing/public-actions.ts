import { agree, modelOf, pick, type World } from "./world.ts";

const NOWHERE = "5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01";

/** About a model, a company, or nobody. */
async function complain(world: World): Promise<void> {
  const { both, companies, complaints, dice } = world;
  const [model, company] = [modelOf(world), pick(dice, companies)];
  const about = pick(dice, ["model", "commercial_user", "commercial_user", "nobody"]);
  const receipts: string[] = [];
  const reason = pick(dice, ["OTHER", "OTHER", "OTHER", "APPEAL"] as const);
  const evidence = dice(2) === 0 ? [] : ["https://example.com/proof"];
  agree(
    world,
    `complain about ${about}`,
    await both.ask(async (client, at) => {
      const id = about === "nobody" ? NOWHERE : about === "model" ? model.address : company.ids[at];
      const kind = about === "commercial_user" ? "commercial_user" : "model";
      const receipt = await client.complaints.file({ target: { kind, id }, reason, description: "Look at this.", evidence });
      receipts.push(receipt.receipt);
      return receipt;
    }),
  );
  if (receipts.length === 2) complaints.push(receipts);
}

/** The last complaint is dismissed, unless time has closed it. */
async function dismiss({ both, complaints }: World): Promise<void> {
  const receipts = complaints.pop();
  if (receipts !== undefined) await both.dismiss(receipts).catch(() => undefined);
}

/** What a company pays in; now and then a currency twice, or one that nobody knows. */
async function declare(world: World): Promise<void> {
  const { companies, dice } = world;
  const currencies = pick(dice, [["USD"], ["BUZZ", "USD"], ["EUR"], [], ["USD", "USD"], ["DOGE"]]);
  const conversion_fees = pick(dice, [
    [],
    [{ from: "USD", to: "BTC", fee_pct: "2.5" }],
    [{ from: "BUZZ", to: "USDC", fee_pct: "50" }],
    [{ from: "USD", to: "USD", fee_pct: "1" }],
  ]);
  agree(world, "declare", await pick(dice, companies).ask((client) => client.currencies.declare({ currencies, conversion_fees })));
}

async function resolveCurrency(world: World): Promise<void> {
  const company = pick(world.dice, world.companies);
  const model_id = world.dice(8) === 0 ? NOWHERE : modelOf(world).id;
  agree(
    world,
    "resolve",
    await world.both.ask((client, at) =>
      client.currencies.resolve({ model_id, remitter_kind: "commercial_user", remitter_id: company.ids[at] }),
    ),
  );
}

async function manageKeys(world: World): Promise<void> {
  const { companies, dice } = world;
  const company = pick(dice, companies);
  agree(
    world,
    "keys",
    await company.ask(async ({ companies: own }) => {
      const made = (await own.keys()).find(({ live, revoked_at }) => !live && revoked_at === null);
      if (made === undefined) await own.createKey("test");
      else await own.revokeKey(made.kid);
      return own.keys();
    }),
  );
}

export const PUBLIC_ACTIONS: readonly ((world: World) => Promise<void>)[] = [complain, dismiss, declare, resolveCurrency, manageKeys];
