import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, it } from "vitest";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const program = ["--conditions=omla-source", join(import.meta.dirname, "webhook-receiver.ts")];

let receiver: ChildProcess;
let output = "";
let url = "";
beforeAll(async () => {
  receiver = spawn(process.execPath, program, {
    env: { ...process.env, OMLA_WEBHOOK_SECRET: SECRET, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve) => {
    receiver.stdout?.on("data", (part: Buffer) => {
      output += part.toString();
      const found = /"port":(\d+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  url = `http://127.0.0.1:${port}/`;
});
afterAll(() => void receiver.kill());

async function send(event: object, { id = "msg_1", secret = SECRET, at = new Date() } = {}): Promise<number> {
  const body = JSON.stringify(event);
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
  return (await fetch(url, { method: "POST", body, headers })).status;
}

const LIST = { type: "blacklist.published", timestamp: "2026-10-01T00:00:00Z", data: { sequence: 12 } };

it("does what a message says once, however often it comes", async () => {
  expect([await send(LIST), await send(LIST)]).toEqual([204, 204]);
  expect(output.match(/refresh the verifier: list 12/g)).toHaveLength(1);
});

it("refuses another secret, an old message and a stranger", async () => {
  expect(await send(LIST, { id: "msg_2", secret: `whsec_${Buffer.alloc(32, 8).toString("base64")}` })).toBe(401);
  expect(await send(LIST, { id: "msg_3", at: new Date(Date.now() - 600_000) })).toBe(401);
  expect((await fetch(url, { method: "POST", body: JSON.stringify(LIST) })).status).toBe(401);
  expect((await fetch(url, { method: "POST", body: "a".repeat(100_000) })).status).toBe(413);
});

it("takes kinds that it does not know", async () => {
  expect(await send({ ...LIST, type: "model.renamed" }, { id: "msg_4" })).toBe(204);
});
