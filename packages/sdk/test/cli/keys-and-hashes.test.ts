import { generateKeyPair, keyPairFromSecretKey } from "@omla/sdk/protocol";
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, json, runOmla } from "./run-omla.ts";

describe("omla keygen", () => {
  it("writes a key that only its owner can read, and shows only the public half", async () => {
    const folder = emptyFolder();
    const ran = await runOmla(["keygen", "--json"], { folder });
    expect(ran.code).toBe(0);
    const file = join(folder, "omla.key");
    const stored = JSON.parse(readFileSync(file, "utf8")) as { secret_key: string; public_key: string };
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await keyPairFromSecretKey(stored.secret_key)).publicKey).toBe(stored.public_key);
    expect(json(ran)).toMatchObject({ public_key: stored.public_key, file });
    expect(ran.out + ran.err).not.toContain(stored.secret_key);
  });

  it("never overwrites a key", async () => {
    const folder = emptyFolder();
    await runOmla(["keygen"], { folder });
    const before = readFileSync(join(folder, "omla.key"), "utf8");
    const again = await runOmla(["keygen"], { folder });
    expect(again.code).toBe(1);
    expect(again.err).toContain("is not overwritten");
    expect(readFileSync(join(folder, "omla.key"), "utf8")).toBe(before);
  });
});

describe("a key file", () => {
  const plan = ["init", "weights.bin", "--no-card", "--registry", "https://registry.test", "--json"];
  const publicKeyOf = (folder: string): unknown =>
    (JSON.parse(readFileSync(join(folder, "omla.json"), "utf8")) as { pubkey: string }).pubkey;

  it("may hold the bare secret, also tweetnacl's, or come from the environment", async () => {
    const pair = await generateKeyPair();
    const long = Buffer.concat([Buffer.from(pair.secretKey, "base64"), Buffer.from(pair.publicKey, "base64")]).toString("base64");
    for (const secret of [pair.secretKey, `${long}\n`]) {
      const folder = emptyFolder();
      writeFileSync(join(folder, "weights.bin"), "w");
      writeFileSync(join(folder, "mine.key"), secret);
      expect((await runOmla([...plan, "--key", "mine.key"], { folder })).code).toBe(0);
      expect(publicKeyOf(folder)).toBe(pair.publicKey);
    }
    const folder = emptyFolder();
    writeFileSync(join(folder, "weights.bin"), "w");
    expect((await runOmla(plan, { folder, env: { OMLA_SECRET_KEY: pair.secretKey } })).code).toBe(0);
    expect(publicKeyOf(folder)).toBe(pair.publicKey);
  });

  it.each([
    ["nothing", undefined, "KEY_MISSING"],
    ["rubbish", "c2VjcmV0IHJ1YmJpc2g=", "KEY_INVALID"],
    ["an object without a key", '{"public_key":"x"}', "KEY_INVALID"],
    ["a film", "x".repeat(20_000), "KEY_INVALID"],
  ])("that holds %s is refused without being shown", async (_, content, code) => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "weights.bin"), "w");
    if (content !== undefined) writeFileSync(join(folder, "omla.key"), content);
    const ran = await runOmla(plan, { folder });
    expect(ran.code).toBe(1);
    expect(json(ran).error.code).toBe(code);
    if (content !== undefined) expect(ran.out).not.toContain(content.slice(0, 12));
  });
});

describe("omla hash", () => {
  it("prints what sha256sum prints, file by file", async () => {
    const folder = emptyFolder();
    const content = Buffer.alloc(5_000_000, 7);
    writeFileSync(join(folder, "a.bin"), content);
    writeFileSync(join(folder, "empty"), "");
    const digest = createHash("sha256").update(content).digest("hex");
    const ran = await runOmla(["hash", "a.bin", "empty"], { folder });
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toBe(`${digest}  a.bin\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty\n`);
    expect(json(await runOmla(["hash", "a.bin", "--json"], { folder }))).toEqual([{ path: "a.bin", sha256: digest, size: 5_000_000 }]);
  });

  it("shows progress on a terminal and takes it away again", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "a.bin"), Buffer.alloc(9_000_000));
    const { err, out } = await runOmla(["hash", "a.bin"], { folder, isTerminal: true });
    expect(err).toMatch(/a\.bin {2}\[#+-*\] +\d+ % {2}\d\.\d MB of 9\.0 MB/);
    expect(err.endsWith("\r\u001b[K")).toBe(true);
    expect(out).not.toContain("\u001b");
  });

  it("stops when it is interrupted", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "a.bin"), Buffer.alloc(9_000_000));
    const ran = await runOmla(["hash", "a.bin", "--json"], { folder, signal: AbortSignal.abort(new Error("interrupted")) });
    expect(ran.code).toBe(1);
    expect(json(ran).error.code).toBe("INTERRUPTED");
  });
});
