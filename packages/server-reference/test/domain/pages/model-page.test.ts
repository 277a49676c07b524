import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registerModel } from "../../helpers/factories.ts";
import { createRegistry, type Registry } from "../../postgrest/registry.ts";

let registry: Registry;
beforeAll(async () => {
  registry = await createRegistry();
});
afterAll(() => registry.test.close());

const page = async (path: string) => registry.test.get(path);

describe("the page of a model", () => {
  it("says what is public, and nothing that is private", async () => {
    const { child, base } = registry;
    const answer = await page(`/models/${child.address}`);
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    for (const text of [
      "Child, of (Base) LM",
      child.model_id,
      child.hash,
      child.keys.publicKey,
      "REPORTING",
      `/badge/${child.address}.svg`,
    ])
      expect(answer.body).toContain(text);
    // The child passes 0.4 on.
    expect(answer.body).toContain(`<a href="/models/${base.address}">Base LM</a></td><td>fine-tune</td><td>0.4</td>`);
    expect(answer.body).toContain("<td>40 %</td>");
    expect(answer.body).toContain("<td>60 %</td>");
    expect(answer.body).not.toMatch(/acct_test|creator@example/);
    expect(answer.body).not.toMatch(/<script|style=/);
    expect((await page(`/models/${base.address}`)).body).toContain(`<a href="/models/${child.address}">Child, of (Base) LM</a>`);
  });

  it("writes out what a creator has written, and runs none of it", async () => {
    const name = '<img src=x onerror="alert(1)">';
    const { address } = await registerModel(registry.test, { name, description: "</p><script>alert(2)</script>" });
    const { body } = await page(`/models/${address}`);
    expect(body).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    expect(body).not.toMatch(/<img src=x|<script/);
  });

  it("is found by the address in either case, from the start page and from ?model=", async () => {
    const { address } = registry.base;
    expect((await page(`/models/${address.toUpperCase()}`)).statusCode).toBe(200);
    expect((await page("/")).body).toContain(`<a href="/models/${address}">Base LM</a>`);
    const redirected = await page(`/?model=${address.toUpperCase()}`);
    expect([redirected.statusCode, redirected.headers["location"]]).toEqual([302, `/models/${address}`]);
    expect((await page("/?model=https://evil.example")).statusCode).toBe(200);
  });

  it("is a page too where there is no such model", async () => {
    for (const address of ["omla1nothing", `${registry.base.address.slice(0, -1)}q`, "%00", "x".repeat(150)]) {
      const answer = await page(`/models/${address}`);
      expect([address, answer.statusCode, answer.headers["content-type"]]).toEqual([address, 404, "text/html; charset=utf-8"]);
    }
  });
});
