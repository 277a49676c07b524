// Shows what is owed, asks for a way to pay it, and lists the receipts. Run it as often as you like: it pays nothing by itself.
import { createClient, OmlaError } from "@omla/sdk";

const { OMLA_REGISTRY = "https://registry.example", OMLA_API_KEY } = process.env;

const omla = createClient({ url: OMLA_REGISTRY, apiKey: OMLA_API_KEY });

async function askForPage(): Promise<void> {
  try {
    const { url, amount_usd } = await omla.payments.pay({ method: "checkout" });
    console.log(`pay ${amount_usd} USD at ${url}`);
  } catch (error) {
    // A registry without a card rail names what to write into a bank transfer instead.
    if (!(error instanceof OmlaError) || error.code !== "COLLECTION_OFF") throw error;
    console.log(`transfer ${String(error.details?.["amount_usd"])} USD with the reference ${String(error.details?.["reference"])}`);
  }
}

try {
  const { lines, open_usd, credit_usd } = await omla.payments.receivables();
  for (const { quarter, name, open_usd: open, due_at, late } of lines)
    console.log(`${quarter} ${name}: ${open} USD, due by ${due_at}${late ? ", late" : ""}`);
  console.log(`open ${open_usd} USD, credit ${credit_usd} USD`);
  if (lines.length > 0) await askForPage();
  for await (const { number, occurred_at, amount_usd, reference } of omla.payments.receipts())
    console.log(`receipt ${number} of ${occurred_at}: ${amount_usd} USD, ${reference}`);
} catch (error) {
  if (!(error instanceof OmlaError)) throw error;
  console.error(`${error.code}: ${error.message}\n${error.hint ?? ""}`);
  process.exitCode = 1;
}
