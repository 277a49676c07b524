import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { registerModel } from "../helpers/factories.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

describe("every answer", () => {
  it.each(["/", "/badges", "/healthz", "/api/blacklist.json", "/nothing", "/badge/x.svg"])(
    "of %s carries the defensive headers",
    async (url) => {
      const { headers } = await test.get(url);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        // The tests' registry is reached over https.
        "strict-transport-security": "max-age=31536000",
      });
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
    },
  );
});

describe("other origins", () => {
  it("may read what is public and call what needs no cookie", async () => {
    for (const url of ["/api/blacklist.json", "/.well-known/omla", "/schemas/omla-1.json"]) {
      expect((await test.get(url)).headers["access-control-allow-origin"]).toBe("*");
    }
    const preflight = await test.app.inject({
      method: "OPTIONS",
      url: "/rest/v1/rpc/verify_many",
      headers: { origin: "https://hub.example" },
    });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": expect.stringContaining("POST"),
    });
    expect(preflight.headers["access-control-allow-credentials"]).toBeUndefined();
  });

  it("may not read the pages or the metrics", async () => {
    for (const url of ["/", "/metrics", "/healthz"]) expect((await test.get(url)).headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("the surface", () => {
  it("shows every state of the badge in a gallery, under the same policy as its other pages", async () => {
    expect((await test.get("/badge-gallery")).headers["location"]).toBe("/badge-gallery/");
    const gallery = await test.get("/badge-gallery/");
    expect(gallery.statusCode).toBe(200);
    expect(gallery.body).toContain("gallery.js");
    expect(String(gallery.headers["content-security-policy"])).not.toContain("unsafe");
    for (const page of ["hugging-face.html", "civitai.html", "validate.html", "gallery.css", "gallery.js"]) {
      expect((await test.get(`/badge-gallery/${page}`)).statusCode, page).toBe(200);
    }
  });

  it("answers its probes, figures and metrics", async () => {
    expect((await test.get("/healthz")).json()).toEqual({ status: "ok" });
    expect((await test.get("/readyz")).json()).toEqual({ status: "ok", database: "ok", blacklist: { sequence: null, age_seconds: null } });
    expect((await test.get("/metrics")).body).toContain("http_request_duration_seconds_bucket");
    await registerModel(test);
    expect((await test.get("/stats")).json()).toMatchObject({ models: 1, companies: 0, models_by_state: { REGISTERED: 1 } });
  });

  it("describes every operation in OpenAPI 3.1", async () => {
    const document = (await test.get("/openapi.json")).json();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(["/functions/v1/submit-report", "/rest/v1/rpc/resolve_splits", "/api/blacklist.json"]),
    );
    for (const [path, operations] of Object.entries(
      document.paths as Record<string, Record<string, { summary?: string; tags?: string[] }>>,
    )) {
      for (const [method, { summary, tags }] of Object.entries(operations))
        expect([path, method, summary, tags]).toEqual([path, method, expect.any(String), [expect.any(String)]]);
    }
    expect((await test.get("/docs")).statusCode).toBeLessThan(400);
  });

  it("gives a JSON Schema of every document, and a clear refusal for one that there is not", async () => {
    const { schemas } = (await test.get("/schemas/")).json();
    expect(schemas).toContain("/schemas/registration.json");
    for (const url of schemas as string[])
      expect((await test.get(url)).json()).toMatchObject({ $schema: expect.stringContaining("2020-12") });
    for (const name of ["nothing.json", "toString", "__proto__"]) expect((await test.get(`/schemas/${name}`)).statusCode).toBe(404);
  });

  it("shows a badge for every address, and refuses what is none", async () => {
    const model = await registerModel(test);
    const svg = await test.get(`/badge/${model.address}.svg`);
    expect(svg.headers["content-type"]).toBe("image/svg+xml; charset=utf-8");
    expect(svg.body).toContain("<title>OMLA: registered (as of 2026-05-15T12:00:00Z)</title>");
    expect((await test.get(`/badge/${model.address}.json`)).json()).toEqual({
      schemaVersion: 1,
      label: "OMLA",
      message: "registered",
      color: "green",
      isError: false,
    });
    expect((await test.get("/badge/omla1qqqqqqqqqqqqqqqqqqqqqqqqqqgr6t2a.json")).json()).toMatchObject({ message: "not registered" });
    const wrong = await test.get("/badge/omla1qqqqqqqqqqqqqqqqqqqqqqqqqqgr6t2b.svg");
    expect([wrong.statusCode, wrong.json().code]).toEqual([400, "ADDRESS_INVALID"]);
    expect((await test.get("/badge/<script>.svg")).statusCode).toBe(400);
  });

  it("escapes what strangers named", async () => {
    const name = `<img src=x onerror=alert(1)>"'&`;
    await registerModel(test, { name });
    const page = (await test.get("/")).body;
    expect(page).not.toContain("<img src=x");
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;");
  });
});
