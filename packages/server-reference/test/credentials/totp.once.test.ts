import { describe, expect, it } from "vitest";
import { openSecret, sealSecret } from "../../src/credentials/sealed-secret.ts";
import { matchTotp, otpauthUrl, toBase32, totpCode, totpStep } from "../../src/credentials/totp.ts";
import { secretOf } from "../helpers/board.ts";

/** RFC 6238 appendix B: the secret of the SHA-1 rows. */
const SECRET = Buffer.from("12345678901234567890");

describe("codes of an authenticator app", () => {
  it.each([
    [59, "94287082"],
    [1111111109, "07081804"],
    [1111111111, "14050471"],
    [1234567890, "89005924"],
    [2000000000, "69279037"],
    [20000000000, "65353130"],
  ])("are those of RFC 6238 at second %i", (seconds, code) => {
    expect(totpCode(SECRET, totpStep(new Date(seconds * 1_000)), 8)).toBe(code);
    expect(totpCode(SECRET, totpStep(new Date(seconds * 1_000)))).toBe(code.slice(2));
  });

  it("count for their own step and one to either side, each once", () => {
    const now = new Date(1_234_567_890_000);
    const step = totpStep(now);
    expect([-2, -1, 0, 1, 2].map((away) => matchTotp(SECRET, totpCode(SECRET, step + away), now, 0))).toEqual([
      undefined,
      step - 1,
      step,
      step + 1,
      undefined,
    ]);
    expect(matchTotp(SECRET, totpCode(SECRET, step), now, step)).toBeUndefined();
    expect(matchTotp(SECRET, totpCode(SECRET, step - 1), now, step)).toBeUndefined();
    expect(matchTotp(SECRET, "12345", now, 0)).toBeUndefined();
  });

  it("come from a URL that an app can read", () => {
    // RFC 4648 section 10: BASE32("foobar") = "MZXW6YTBOI======".
    expect(toBase32(Buffer.from("foobar"))).toBe("MZXW6YTBOI");
    const url = otpauthUrl("OMLA registry.test", "a@b.example", SECRET);
    expect(url).toBe(
      "otpauth://totp/OMLA%20registry.test:a%40b.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=OMLA%20registry.test&algorithm=SHA1&digits=6&period=30",
    );
    expect(Buffer.from(secretOf(url))).toEqual(SECRET);
  });
});

describe("a sealed secret", () => {
  const random = (length: number): Uint8Array => new Uint8Array(length).fill(7);
  const sealed = sealSecret(SECRET, "board.totp:1", "the server's secret", random);

  it("opens under the same server secret and purpose only", () => {
    expect(openSecret(sealed, "board.totp:1", "the server's secret")).toEqual(SECRET);
    expect(openSecret(sealed, "board.totp:2", "the server's secret")).toBeUndefined();
    expect(openSecret(sealed, "board.totp:1", "another secret")).toBeUndefined();
    expect(sealed).not.toContain(SECRET.toString("base64url"));
  });

  it("does not open once it was changed, or is none", () => {
    for (const text of [`${sealed.slice(0, -1)}${sealed.endsWith("A") ? "B" : "A"}`, "v1.", "v1.AAAA", `v2.${sealed.slice(3)}`, ""])
      expect(openSecret(text, "board.totp:1", "the server's secret")).toBeUndefined();
  });
});
