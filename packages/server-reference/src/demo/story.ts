import { type Client, createClient, type Receipt, type RegisteredCompany } from "@omla/sdk";
import type { MovableClock } from "../clock.ts";
import type { Calendar } from "./calendar.ts";
import type { Cast } from "./cast.ts";
import { signModels } from "./registrations.ts";

/** Where the story is played: a running registry, whose clock can be moved. */
export interface Stage {
  /** Where the registry listens. */
  readonly url: string;
  /** The origin that documents are signed for. */
  readonly registry: string;
  readonly clock: MovableClock;
  readonly operatorToken: string;
  readonly calendar: Calendar;
  readonly cast: Cast;
  /** Tells the audience; silent while seeding. */
  readonly tell: (line: string) => void;
}

export interface Story {
  /** Pays late, that is never. */
  readonly aperture: RegisteredCompany;
  /** Files that it used nothing, for the last time. */
  readonly clearwater: RegisteredCompany;
  readonly receipt: Receipt;
  readonly publications: readonly Publication[];
}

export interface Publication {
  readonly sequence: number;
  readonly entry_count: number;
  readonly generated_at: string;
  readonly signed: boolean;
}

/** Plays one quarter, from three registrations to a listed company, through nothing but HTTP and the clock. */
export async function playStory(stage: Stage): Promise<Story> {
  const { clock, calendar, tell } = stage;
  clock.set(calendar.registered);
  await registerModels(stage);
  const aperture = await registerCompany(stage, "Aperture Photos", "aperture.example");
  const clearwater = await registerCompany(stage, "Clearwater Studio", "clearwater.example");
  await act(stage, aperture.api_key, "declare-currencies", {
    currencies: ["USD"],
    conversion_fees: [{ from: "USD", to: "BTC", fee_pct: "1.5" }],
  });

  clock.set(calendar.reported);
  const receipt = await reportQuarter(stage, aperture);
  await clientOf(stage, clearwater.api_key).report({ quarter: calendar.quarter, entries: [], final: true });
  tell(`${clearwater.company_name} used nothing and says that this was its last report.`);

  const publications = await letTimePass(stage, aperture);
  return { aperture, clearwater, receipt, publications };
}

async function registerModels(stage: Stage): Promise<void> {
  stage.tell(`\n1. Three creators register their models (${day(stage)})\n`);
  const client = clientOf(stage);
  for (const { creator, document, private: part, model_hash } of await signModels(stage.cast, stage.registry, stage.clock.now())) {
    const { address } = await client.models.register(document, { private: part });
    stage.tell(
      `   ${creator.name.padEnd(5)} ${creator.model.padEnd(18)} ${address}\n         ${creator.file}, sha256 ${model_hash.slice(0, 16)}…`,
    );
  }
}

async function registerCompany(stage: Stage, company_name: string, domain: string): Promise<RegisteredCompany> {
  return clientOf(stage).companies.register({ company_name, contact_email: `licences@${domain}`, domains: [domain] });
}

async function reportQuarter(stage: Stage, company: RegisteredCompany): Promise<Receipt> {
  const { ada, bela, dora } = stage.cast;
  stage.tell(`\n2. ${company.company_name} reports ${stage.calendar.quarter} (${day(stage)})\n`);
  const receipt = await clientOf(stage, company.api_key).report({
    quarter: stage.calendar.quarter,
    entries: [
      { model: bela.address, inferences: 1_200_000, revenue_usd: "18400.00", run_cost_usd: "5100.00" },
      {
        pipeline: "portrait search",
        revenue_usd: "2000",
        run_cost_usd: "3000",
        routing_fees_usd: "90",
        models: [
          { model: dora.address, weight: "0.6", inferences: 40_000 },
          { model: ada.address, weight: "0.2", inferences: 40_000 },
        ],
      },
    ],
  });
  tellReceipt(stage, receipt);
  return receipt;
}

function tellReceipt({ tell, cast }: Stage, receipt: Receipt): void {
  for (const line of receipt.lines) {
    const figures = `${line.rate} × ${line.royalty_basis === "revenue" ? line.revenue_usd : line.run_cost_usd} × ${line.weight}`;
    tell(`   ${line.name.padEnd(18)} ${figures.padEnd(26)} = ${usd(line.royalty_usd)}  less fees ${usd(line.deducted_fees_usd)}`);
  }
  tell(`   ${"due in all".padEnd(47)} ${usd(receipt.net_royalty_usd)}  until ${receipt.due_at.slice(0, 10)}\n\n   Who would be paid:`);
  const names = new Map([cast.ada, cast.bela, cast.dora].map(({ address, name }) => [address, name]));
  for (const { wallet, amount_usd, currency, route, fee_pct } of receipt.allocations) {
    tell(
      `   ${(names.get(wallet) ?? "Chen").padEnd(6)} ${usd(amount_usd)}  in ${currency.padEnd(4)} ${route}${fee_pct === "0" ? "" : `, ${fee_pct} % conversion fee`}`,
    );
  }
  tell("");
}

async function letTimePass(stage: Stage, company: RegisteredCompany): Promise<Publication[]> {
  const { clock, calendar, tell } = stage;
  const publications: Publication[] = [];
  tell(`\n3. ${company.company_name} does not pay\n`);
  for (const [time, what] of [
    [calendar.overdue, "the deadline has passed: DELINQUENT"],
    [calendar.blacklisted, "ninety days later: BLACKLISTED, and told so"],
    [calendar.weekLater, "a week of notice"],
    [calendar.noticeOver, "fourteen days of notice are over"],
  ] as const) {
    clock.set(time);
    await act(stage, stage.operatorToken, "compliance-tick", {});
    const list = (await act(stage, stage.operatorToken, "publish-blacklist", {})) as unknown as Publication;
    publications.push(list);
    tell(`   ${day(stage)}  list ${list.sequence} with ${list.entry_count} entries  ${what}`);
  }
  return publications;
}

/** Somebody complains about Dora's model, which is under review from then on. */
export async function complain({ cast, ...stage }: Stage): Promise<void> {
  await act(stage, "anon", "file-complaint", {
    target: { kind: "model", id: cast.dora.address },
    reason: "OWNERSHIP",
    description: "The training data of this model is said to come from my album.",
  });
}

function clientOf({ url, clock }: Pick<Stage, "url" | "clock">, apiKey?: string): Client {
  return createClient({ url, apiKey, now: () => clock.now() });
}

/** An action that the client has no method for. */
async function act({ url }: Pick<Stage, "url">, credential: string, action: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/functions/v1/${action}`, {
    method: "POST",
    headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${action} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

function day({ clock }: Pick<Stage, "clock">): string {
  return clock.now().toISOString().slice(0, 10);
}

function usd(amount: string): string {
  return `${amount} USD`.padStart(18);
}
