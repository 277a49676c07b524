import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { DEMO_SECRET } from "../../src/config.ts";
import { layDataFolder } from "../helpers/embedded-template.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-money-"));
  await layDataFolder(join(folder, "data"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cli = async (...args: string[]): Promise<{ code: number; text: string }> => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const environment = { OMLA_DATA_DIR: join(folder, "data"), OMLA_JWT_SECRET: DEMO_SECRET };
  const code = await run(args, { environment, out: write, error: write });
  return { code, text: lines.join("\n") };
};

describe("omla-server rates", { timeout: 120_000 }, () => {
  it("posts a rate with its source and time, once, and says where it drifts", async () => {
    const first = await cli("rates", "post", "BTC", "0.00001", "--source", "an exchange", "--at", "2026-05-01T00:00:00Z");
    expect(first).toMatchObject({ code: 0, text: expect.stringMatching(/^1 USD = 0\.00001 BTC, posted as [0-9a-f-]{36}\.$/) });
    const again = await cli("rates", "post", "BTC", "0.00001", "--source", "an exchange", "--at", "2026-05-01T00:00:00Z");
    expect(again.text).toMatch(/^This rate was posted already/);
    const drifted = await cli("rates", "post", "BTC", "0.000011", "--source", "an exchange", "--at", "2026-05-02T00:00:00Z");
    expect(drifted.text).toMatch(/more than 2 percent from the rate before it: flag [0-9a-f-]{36} waits for the board/);
    expect(await cli("rates", "post", "BTC", "1e-5", "--source", "an exchange")).toMatchObject({
      code: 1,
      text: expect.stringContaining("FX_RATE_RANGE"),
    });
    expect(await cli("rates", "post", "BTC", "1", "--source", "x", "--at", "yesterday")).toMatchObject({
      code: 1,
      text: expect.stringContaining("TIMESTAMP_INVALID"),
    });
  });

  it.each([
    [["rates"]],
    [["rates", "post", "BTC"]],
    [["rates", "post", "BTC", "1"]],
    [["rates", "get", "BTC", "1", "--source", "x"]],
    [["tax-export"]],
    [["tax-export", "--year", "26", "--out", "x"]],
  ])("exits 2 on wrong use: %j", async (args) => {
    expect((await cli(...args)).code).toBe(2);
  });
});

describe("omla-server tax-export", { timeout: 120_000 }, () => {
  it("writes a file that only its owner reads, and never over another", async () => {
    const file = join(folder, "2026.csv");
    expect(await cli("tax-export", "--year", "2026", "--out", file)).toEqual({ code: 0, text: `${file}: 0 wallets were paid in 2026` });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toMatch(/^"year","wallet",[^\n]*"above_threshold"\r\n$/);
    expect((await cli("tax-export", "--year", "2026", "--out", file)).code).toBe(1);
  });
});
