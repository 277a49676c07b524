// Reports one quarter and prints what is owed and who would be paid. Run it twice: it is one report.
import { createClient, OmlaError } from "@omla/sdk";

const { OMLA_REGISTRY = "https://registry.example", OMLA_API_KEY, OMLA_MODEL = "omla1…", QUARTER = "2026-Q3" } = process.env;

const omla = createClient({ url: OMLA_REGISTRY, apiKey: OMLA_API_KEY });
try {
  const receipt = await omla.report({
    quarter: QUARTER,
    entries: [{ model: OMLA_MODEL, inferences: 1_200_000, revenue_usd: "18400.00", run_cost_usd: "5100.00" }],
  });
  console.log(`submission ${receipt.submission_id}, royalty ${receipt.royalty_usd} USD, due by ${receipt.due_at}`);
  for (const { wallet, amount_usd, currency } of receipt.allocations) console.log(`${wallet} ${amount_usd} USD, paid in ${currency}`);
} catch (error) {
  if (!(error instanceof OmlaError)) throw error;
  console.error(`${error.code}${error.path === undefined ? "" : ` at ${error.path}`}: ${error.message}\n${error.hint ?? ""}`);
  process.exitCode = 1;
}
