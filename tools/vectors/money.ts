const MODEL = "5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01";
const OTHER = "5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a02";
const THIRD = "5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a03";
const RATES = { [MODEL]: "0.30", [OTHER]: "0.30", [THIRD]: "0.125" };

interface Line {
  readonly entry: string;
  readonly model?: string;
  readonly inferences?: number;
  readonly revenue_usd?: string;
  readonly run_cost_usd?: string;
  readonly weight?: string;
  readonly rate?: string;
  readonly royalty_basis?: string;
  readonly royalty_usd: string;
  readonly deducted_fees_usd?: string;
  readonly net_royalty_usd: string;
}

const plain = (changes: object = {}): object => ({
  model: MODEL,
  inferences: 10,
  revenue_usd: "18400.00",
  run_cost_usd: "5100",
  ...changes,
});
const part = (model: string, weight: unknown, changes: object = {}): object => ({ model, weight, inferences: 1, ...changes });
const pipeline = (models: object[], changes: object = {}): object => ({
  pipeline: "chat",
  revenue_usd: "100",
  run_cost_usd: "0",
  models,
  ...changes,
});

function line(given: Line): object {
  return {
    model: MODEL,
    inferences: 1,
    revenue_usd: "100.000000",
    run_cost_usd: "0.000000",
    weight: "1",
    rate: "0.3",
    royalty_basis: "revenue",
    deducted_fees_usd: "0.000000",
    ...given,
  };
}

function accepted(name: string, entries: object[], expected: object[], why: string): object {
  return { name, note: why, entries, rates: RATES, code: "OK", expected };
}

function refused(name: string, entries: object[], code: string, path: string, more: object = {}): object {
  return { name, entries, rates: RATES, ...more, code, path };
}

export function reportCases(): object[] {
  return [
    accepted("the nil report", [], [], "no entry, no line"),
    accepted(
      "the ten lines of the README",
      [plain()],
      [
        line({
          entry: "entries[0]",
          inferences: 10,
          revenue_usd: "18400.000000",
          run_cost_usd: "5100.000000",
          royalty_usd: "5520.000000",
          net_royalty_usd: "5520.000000",
        }),
      ],
      "0.3 × 18,400 = 5,520",
    ),
    accepted(
      "fees are deducted up to a tenth",
      [plain({ routing_fees_usd: "600" })],
      [
        line({
          entry: "entries[0]",
          inferences: 10,
          revenue_usd: "18400.000000",
          run_cost_usd: "5100.000000",
          royalty_usd: "5520.000000",
          deducted_fees_usd: "552.000000",
          net_royalty_usd: "4968.000000",
        }),
      ],
      "a tenth of 5,520 is 552, less than the 600 that were paid",
    ),
    accepted(
      "a pipeline of two with another model outside the registry",
      [pipeline([part(MODEL, "0.5"), part(THIRD, "0.25")])],
      [
        line({ entry: "entries[0].models[0]", weight: "0.5", royalty_usd: "15.000000", net_royalty_usd: "15.000000" }),
        line({
          entry: "entries[0].models[1]",
          model: THIRD,
          weight: "0.25",
          rate: "0.125",
          royalty_usd: "3.125000",
          net_royalty_usd: "3.125000",
        }),
      ],
      "100 × 0.3 × 0.5 = 15; 100 × 0.125 × 0.25 = 3.125; a quarter belongs to a model outside",
    ),
    accepted(
      "a pipeline's fees by largest remainder over the royalties",
      [pipeline([part(MODEL, "0.5"), part(OTHER, "0.5")], { revenue_usd: "10", routing_fees_usd: "0.000003" })],
      [
        line({
          entry: "entries[0].models[0]",
          weight: "0.5",
          revenue_usd: "10.000000",
          royalty_usd: "1.500000",
          deducted_fees_usd: "0.000002",
          net_royalty_usd: "1.499998",
        }),
        line({
          entry: "entries[0].models[1]",
          model: OTHER,
          weight: "0.5",
          revenue_usd: "10.000000",
          royalty_usd: "1.500000",
          deducted_fees_usd: "0.000001",
          net_royalty_usd: "1.499999",
        }),
      ],
      "three micros over two equal royalties: 1.5 each, the one left over to the first",
    ),
    accepted(
      "figures that were sent are compared as amounts",
      [plain({ royalty_usd: "5520", deducted_fees_usd: "0.0", net_royalty_usd: "5520.00" })],
      [
        line({
          entry: "entries[0]",
          inferences: 10,
          revenue_usd: "18400.000000",
          run_cost_usd: "5100.000000",
          royalty_usd: "5520.000000",
          net_royalty_usd: "5520.000000",
        }),
      ],
      "",
    ),
    refused("a royalty of one micro less", [plain({ royalty_usd: "5519.999999" })], "ROYALTY_MISMATCH", "entries[0].royalty_usd"),
    refused(
      "a net royalty before fees",
      [plain({ routing_fees_usd: "600", net_royalty_usd: "5520" })],
      "ROYALTY_MISMATCH",
      "entries[0].net_royalty_usd",
    ),
    refused(
      "a model in two entries",
      [plain(), pipeline([part(OTHER, "0.5"), part(MODEL, "0.5")])],
      "MODEL_DUPLICATE",
      "entries[1].models[1].model",
    ),
    refused("weights of a pipeline above 1", [pipeline([part(MODEL, "0.5"), part(OTHER, "0.500001")])], "WEIGHT_SUM", "entries[0].models"),
    refused("a weight of seven places", [pipeline([part(MODEL, "0.0000001")])], "WEIGHT_RANGE", "entries[0].models[0].weight"),
    refused("half an inference", [plain({ inferences: 0.5 })], "COUNT_INVALID", "entries[0].inferences"),
    refused(
      "an exponent in the revenue",
      [plain(), plain({ model: OTHER, revenue_usd: "1e3" })],
      "AMOUNT_INVALID",
      "entries[1].revenue_usd",
    ),
    refused("a run cost of 10^12", [plain({ run_cost_usd: "1000000000000" })], "AMOUNT_RANGE", "entries[0].run_cost_usd"),
    refused("a line more than allowed", [plain(), plain({ model: OTHER })], "LIMIT_EXCEEDED", "entries", { limits: { lines: 1 } }),
  ];
}

export function allocationCases(): object[] {
  const of = (name: string, total: string, receivers: [string, string][], answer: object): object => ({
    name,
    total,
    receivers: receivers.map(([id, weight]) => ({ id, weight })),
    ...answer,
  });
  const ok = (...amounts: [string, string][]): object => ({ code: "OK", expected: amounts.map(([id, amount]) => ({ id, amount })) });
  return [
    of(
      "without a remainder",
      "100",
      [
        ["a", "1"],
        ["b", "3"],
      ],
      ok(["a", "25"], ["b", "75"]),
    ),
    of(
      "the largest remainders first",
      "10",
      [
        ["a", "1"],
        ["b", "2"],
        ["c", "4"],
      ],
      ok(["a", "1"], ["b", "3"], ["c", "6"]),
    ),
    of(
      "a tie goes to the lower id, whatever the order",
      "1",
      [
        ["b", "1"],
        ["a", "1"],
      ],
      ok(["a", "1"]),
    ),
    of(
      "ids are compared in lower case",
      "1",
      [
        ["B", "1"],
        ["a", "1"],
      ],
      ok(["a", "1"]),
    ),
    of(
      "a weight of zero gets nothing",
      "7",
      [
        ["a", "0"],
        ["b", "2"],
      ],
      ok(["b", "7"]),
    ),
    of("nothing to divide", "0", [["a", "1"]], ok()),
    of("nothing to divide, and nobody", "0", [], ok()),
    of(
      "beyond 2^53",
      "100000000000000000001",
      [
        ["a", "1"],
        ["b", "1"],
      ],
      ok(["a", "50000000000000000001"], ["b", "50000000000000000000"]),
    ),
    of("nobody to receive it", "1", [], { code: "ALLOCATION_INVALID" }),
    of("only weights of zero", "1", [["a", "0"]], { code: "ALLOCATION_INVALID" }),
    of(
      "a negative weight",
      "1",
      [
        ["a", "2"],
        ["b", "-1"],
      ],
      { code: "ALLOCATION_INVALID" },
    ),
    of("a negative total", "-1", [["a", "1"]], { code: "ALLOCATION_INVALID" }),
    of(
      "an id twice",
      "1",
      [
        ["a", "1"],
        ["A", "1"],
      ],
      { code: "ALLOCATION_INVALID" },
    ),
  ];
}

export function settlementCases(): object[] {
  const of = (name: string, amount_usd: string, fee_pct: string, rate: string, scale: number, answer: object): object => ({
    name,
    amount_usd,
    fee_pct,
    rate,
    scale,
    ...answer,
  });
  const ok = (expected: string): object => ({ code: "OK", expected });
  return [
    of("dollars stay dollars", "12.345678", "0", "1", 6, ok("12.345678")),
    of("a fee of 30 percent", "100", "30", "1", 6, ok("70.000000")),
    of("bitcoin, rounded down", "100", "0", "0.0000151515", 8, ok("0.00151515")),
    of("bitcoin after a fee", "100", "30", "0.00001", 8, ok("0.00070000")),
    of("whole BUZZ, rounded down", "0.0019", "0", "1000", 0, ok("1")),
    of("too little to settle", "0.0009", "0", "1000", 0, ok("0")),
    of("a fee above 50 percent", "1", "50.000001", "1", 6, { code: "FEE_RANGE", path: "fee_pct" }),
    of("a rate with an exponent", "1", "0", "1e-5", 8, { code: "DECIMAL_INVALID", path: "rate" }),
    of("a rate of nineteen places", "1", "0", "0.0000000000000000001", 8, { code: "DECIMAL_INVALID", path: "rate" }),
    of("an amount with a sign", "-1", "0", "1", 6, { code: "AMOUNT_INVALID", path: "amount_usd" }),
  ];
}
