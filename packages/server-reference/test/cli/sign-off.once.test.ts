import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPair, keyId, sha256Hex } from "@omla/sdk/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { layDataFolder } from "../helpers/embedded-template.ts";

let folder: string;
let server: Record<string, string>;
let pinned: { publicKey: string; file: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-sign-off-"));
  server = { OMLA_DATA_DIR: join(folder, "data"), OMLA_JWT_SECRET: "a-secret-of-a-test-with-more-than-32-characters" };
  await layDataFolder(server["OMLA_DATA_DIR"] ?? "");
  pinned = await mint("list");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As `omla keygen` writes it. */
async function mint(name: string): Promise<{ publicKey: string; file: string }> {
  const { publicKey, secretKey } = await generateKeyPair();
  const file = join(folder, `${name}.key`);
  await writeFile(file, JSON.stringify({ public_key: publicKey, secret_key: secretKey }));
  return { publicKey, file };
}

const cli = async (
  args: readonly string[],
  environment: Record<string, string> = server,
): Promise<{ code: number; out: string; error: string }> => {
  const out: string[] = [];
  const error: string[] = [];
  const code = await run(args, { environment, out: (line) => out.push(line), error: (line) => error.push(line) });
  return { code, out: out.join("\n"), error: error.join("\n") };
};

/** What the air-gapped machine prints for the import. */
const signatureIn = (out: string): string => /--signature (\S+)/.exec(out)?.[1] ?? "";

describe("signing on a machine without database and network", { timeout: 120_000 }, () => {
  it("makes the first keyset, then a list, from files alone", async () => {
    const keysFile = join(folder, "keys.json");
    const proposed = await cli(["keyset", "propose", "--key", `list:${pinned.publicKey}`, "--out", keysFile]);
    expect([proposed.code, proposed.out]).toEqual([0, expect.stringContaining("the 47 bytes to sign as hex")]);
    const signedKeys = await cli(["keyset", "sign", "--key-file", pinned.file, keysFile], {});
    expect(signedKeys.out).toContain(`list ${await keyId(pinned.publicKey)}`);
    expect(await cli(["keyset", "import", keysFile, "--signature", signatureIn(signedKeys.out)])).toMatchObject({
      code: 0,
      out: "published keyset 1",
    });

    const listFile = join(folder, "list.json");
    const list = await cli(["blacklist", "propose", "--out", listFile]);
    expect(list.out).toContain("list 1 (0 entries change) waits: 0 of 1 signatures by hand");
    const hex = (await readFile(`${listFile}.message.hex`, "utf8")).trim();
    expect(hex).toHaveLength(100);
    expect(hex.slice(36)).toBe(await sha256Hex(await readFile(listFile)));
    const signed = await cli(["blacklist", "sign", "--key-file", pinned.file, listFile], {});
    expect(signed.out).toContain(`message (50 bytes): ${hex}`);
    expect(signed.out).not.toContain((JSON.parse(await readFile(pinned.file, "utf8")) as { secret_key: string }).secret_key);
    const imported = await cli(["blacklist", "import", listFile, "--signature", signatureIn(signed.out)]);
    expect(imported).toMatchObject({ code: 0, out: "published list 1: 0 entries" });
    expect((await cli(["doctor"], server)).out).toContain("ok    blacklist: list 1 is FRESH");
  });

  it("refuses a file that was changed on the way, and one that is no list", async () => {
    const listFile = join(folder, "list.json");
    const body = await readFile(listFile, "utf8");
    const bent = join(folder, "bent.json");
    for (const text of [
      `${body}\n\n`,
      body.replace('"entry_count":0', '"entry_count":1'),
      body.replace('"critical":[],', ""),
      "{}",
      "[",
      body.replace('"sequence":1', '"sequence":1,"sequence":1'),
    ]) {
      await writeFile(bent, text);
      expect(await cli(["blacklist", "sign", "--key-file", pinned.file, bent], {})).toMatchObject({
        code: 1,
        out: "",
        error: expect.stringContaining("PROPOSAL_FORM"),
      });
    }
    const unknown = body.replace(/"quarter":"[^"]+"/, '"quarter":"2020-Q1"');
    await writeFile(bent, unknown);
    const signed = await cli(["blacklist", "sign", "--key-file", pinned.file, bent], {});
    expect((await cli(["blacklist", "import", bent, "--signature", signatureIn(signed.out)])).error).toContain("PROPOSAL_UNKNOWN");
  });

  it.each([
    [["blacklist"]],
    [["blacklist", "sign", "x.json"]],
    [["blacklist", "import", "x.json"]],
    [["keyset", "propose", "--key", "AAAA"]],
    [["keyset", "propose", "--key", "list:AAAA", "--threshold", "0"]],
    [["keyset", "publish"]],
  ])("exits 2 on wrong use: %j", async (args) => {
    expect((await cli(args, {})).code).toBe(2);
  });

  it("names a signature that is none", async () => {
    const answer = await cli(["blacklist", "import", join(folder, "list.json"), "--signature", "ed25519:12"]);
    expect([answer.code, answer.error]).toEqual([1, expect.stringContaining("SIGNATURE_OPTION")]);
  });
});
