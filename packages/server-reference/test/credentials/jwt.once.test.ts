import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readToken, signToken } from "../../src/credentials/jwt.ts";

const secret = "a secret of more than thirty-two characters";
const now = new Date("2026-07-01T00:00:00Z");
const issued = { role: "authenticated", sub: "someone", iat: 1_782_864_000, exp: 1_782_864_000 + 900 };

const forge = (header: object, claims: object): string => {
  const body = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
};

describe("session tokens", () => {
  it("give back the claims they were signed with", () => {
    expect(readToken(signToken(issued, secret), secret, now)).toEqual(issued);
  });

  it("are refused under another secret", () => {
    expect(readToken(signToken(issued, `${secret}!`), secret, now)).toBeUndefined();
  });

  it("are refused from the second they expire", () => {
    // 2026-07-01T00:15:00Z is 900 seconds after iat.
    expect(readToken(signToken(issued, secret), secret, new Date("2026-07-01T00:14:59Z"))).toBeDefined();
    expect(readToken(signToken(issued, secret), secret, new Date("2026-07-01T00:15:00Z"))).toBeUndefined();
  });

  it("are refused with another algorithm in the header, even where the signature fits", () => {
    expect(readToken(forge({ alg: "HS256", typ: "JWT" }, issued), secret, now)).toBeDefined();
    expect(readToken(forge({ alg: "none", typ: "JWT" }, issued), secret, now)).toBeUndefined();
    expect(readToken(forge({ alg: "HS512", typ: "JWT" }, issued), secret, now)).toBeUndefined();
  });

  it.each(["", "a", "a.b", "a.b.c", "a.b.c.d", "x".repeat(10_000)])("are refused when they are no tokens: %.20s", (text) => {
    expect(readToken(text, secret, now)).toBeUndefined();
  });
});
