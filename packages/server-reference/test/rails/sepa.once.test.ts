import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { RailError } from "../../src/rails/rail.ts";
import { isIban, parseSepaParty, sepaText } from "../../src/rails/sepa/iban.ts";
import { buildPain001, type SepaFile, type SepaPayment } from "../../src/rails/sepa/pain001.ts";
import { createSepaRail, endToEndId } from "../../src/rails/sepa/sepa-rail.ts";

const SCHEMA = readFileSync(join(import.meta.dirname, "pain.001.001.09.subset.xsd"), "utf8");

const ADA: SepaPayment = {
  endToEndId: endToEndId({ id: "ab".repeat(32) }),
  destination: "DE89 3704 0044 0532 0130 00;COBADEFFXXX;Ada Lovelace",
  amount: 12_340_000n,
  remittance: "OMLA royalties 2026-Q2 omla1abc",
};
const BOB: SepaPayment = { ...ADA, endToEndId: "bob-1", destination: "FR14 2004 1010 0505 0001 3M02 606;Bob", amount: 10_000n };
const FILE: SepaFile = {
  messageId: "0".repeat(32),
  createdAt: new Date("2026-07-15T09:00:00Z"),
  executionDate: new Date("2026-07-15T09:00:00Z"),
  debtor: { iban: "NL91ABNA0417164300", bic: undefined, name: "Open Model Licensing Association" },
  payments: [ADA, BOB],
};

/** What libxml2 says of a file, by the rules of the message. */
async function faultsOf(xml: string): Promise<string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: "file.xml", contents: xml }],
    schema: [{ fileName: "pain.xsd", contents: SCHEMA }],
  });
  return errors.map(({ message }) => message);
}

/** The text of every element of a name, by hand: the writer's own library reads nothing back. */
function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, "g"))].map(([, text = ""]) => text);
}

describe("an IBAN", () => {
  it("is known by its country's length and its checksum", () => {
    // From the registry of IBANs, each country's own example.
    for (const iban of [
      "DE89370400440532013000",
      "FR1420041010050500013M02606",
      "NL91ABNA0417164300",
      "MT84MALT011000012345MTLCAST001S",
      "NO9386011117947",
    ])
      expect(isIban(iban)).toBe(true);
    for (const iban of ["DE88370400440532013000", "DE8937040044053201300", "US64SVBKUS6S3300958879", "de89370400440532013000", ""])
      expect(isIban(iban)).toBe(false);
  });

  it("does not survive one wrong character", () => {
    const iban = "MT84MALT011000012345MTLCAST001S";
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: iban.length - 1 }),
        fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        (at, character) => {
          const other = `${iban.slice(0, at)}${character}${iban.slice(at + 1)}`;
          expect(isIban(other)).toBe(other === iban);
        },
      ),
    );
  });

  it("comes with a name, and with a bank where one is given", () => {
    expect(parseSepaParty(ADA.destination)).toEqual({ iban: "DE89370400440532013000", bic: "COBADEFFXXX", name: "Ada Lovelace" });
    expect(parseSepaParty(BOB.destination)).toEqual({ iban: "FR1420041010050500013M02606", bic: undefined, name: "Bob" });
    for (const text of [
      "DE89370400440532013000",
      "DE89370400440532013000;",
      "DE89370400440532013000;XX;Ada",
      "DE89370400440532013000;COBADEFFXXX;A;B",
      "Ada",
    ])
      expect(parseSepaParty(text)).toBeUndefined();
    expect(parseSepaParty("DE89370400440532013000;Jürgen <b>")).toBeUndefined();
    expect(sepaText("Jürgen Müßig & Söhne", 70)).toBe("Jurgen Mu ig   Sohne");
  });
});

describe("a pain.001 file", () => {
  it("is what the message definition asks for", async () => {
    expect(await faultsOf(buildPain001(FILE))).toEqual([]);
    expect(await faultsOf(buildPain001({ ...FILE, debtor: { ...FILE.debtor, bic: "ABNANL2A" } }))).toEqual([]);
    // The check is one: a file with its elements in another order, or a longer id, does not pass.
    expect(await faultsOf(buildPain001(FILE).replace("<PmtMtd>TRF</PmtMtd>", ""))).not.toEqual([]);
    expect(await faultsOf(buildPain001({ ...FILE, messageId: "x".repeat(36) }))).not.toEqual([]);
  });

  it("pays in euros with two places, and its control sum is what it pays", () => {
    const xml = buildPain001(FILE);
    expect(textsOf(xml, "InstdAmt")).toEqual(["12.34", "0.01"]);
    expect(textsOf(xml, "CtrlSum")).toEqual(["12.35", "12.35"]);
    expect(textsOf(xml, "NbOfTxs")).toEqual(["2", "2"]);
    expect(textsOf(xml, "EndToEndId")).toEqual(["ab".repeat(17) + "a", "bob-1"]);
    expect(textsOf(xml, "IBAN")).toEqual(["NL91ABNA0417164300", "DE89370400440532013000", "FR1420041010050500013M02606"]);
    expect(textsOf(xml, "Dt")).toEqual(["2026-07-15"]);
  });

  it("is the same bytes for the same run", () => {
    expect(buildPain001(FILE)).toBe(buildPain001({ ...FILE, payments: [...FILE.payments] }));
  });

  it("holds whatever amounts and texts it is given", async () => {
    const amounts = fc.bigInt({ min: 1n, max: 99_999_999_999n });
    const payments = fc.array(fc.record({ cents: amounts, text: fc.string({ unit: "grapheme", maxLength: 200 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(payments, async (rows) => {
        const file = {
          ...FILE,
          payments: rows.map(({ cents, text }, at) => ({
            ...ADA,
            endToEndId: `e-${at}`,
            amount: cents * 10_000n,
            remittance: `x ${text}`,
          })),
        };
        const xml = buildPain001(file);
        expect(await faultsOf(xml)).toEqual([]);
        const total = rows.reduce((sum, { cents }) => sum + cents, 0n);
        expect(
          textsOf(xml, "CtrlSum")[0]
            ?.replace(".", "")
            .replace(/^0+(?=\d)/, ""),
        ).toBe(String(total));
      }),
      { numRuns: 25 },
    );
  });

  it("refuses parts of a cent, amounts beyond the scheme, payees without an IBAN, and a file of nothing", () => {
    const codeOf = (payments: readonly SepaPayment[]): string => {
      try {
        buildPain001({ ...FILE, payments });
      } catch (error) {
        if (error instanceof RailError) return error.code;
      }
      return "accepted";
    };
    expect(codeOf([{ ...ADA, amount: 10_001n }])).toBe("RAIL_AMOUNT");
    expect(codeOf([{ ...ADA, amount: 0n }])).toBe("RAIL_AMOUNT");
    expect(codeOf([{ ...ADA, amount: 100_000_000_000n * 10_000n }])).toBe("RAIL_AMOUNT");
    expect(codeOf([{ ...ADA, destination: "Ada" }])).toBe("RAIL_DESTINATION");
    expect(codeOf([])).toBe("RAIL_EMPTY");
  });
});

describe("an order over SEPA", () => {
  it("fails by itself where it is above the scheme's limit, and does not keep the others out of the file", async () => {
    const rail = createSepaRail();
    const order = { id: "ab".repeat(32), run: "r", wallet: "omla1abc", destination: ADA.destination, currency: "EUR" };
    expect(await rail.send({ ...order, amount: 999_999_999_990_000n })).toMatchObject({ status: "sent" });
    const above = { code: "RAIL_AMOUNT", definitive: true };
    await expect(rail.send({ ...order, amount: 1_000_000_000_000_000n })).rejects.toMatchObject(above);
    // What the fee takes off is not sent.
    expect(await rail.send({ ...order, amount: 1_000_000_000_000_000n, feeAmount: 10_000n })).toMatchObject({ status: "sent" });
  });
});
