import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type RegistryProcess, startRegistry } from "../helpers/process.ts";

const WAIT = { timeout: 60_000, interval: 250 };
let folder: string;
let clock: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omla-process-"));
  clock = join(folder, "clock");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const environment = (): Record<string, string> => ({ OMLA_DATA_DIR: join(folder, "data"), OMLA_CLOCK_FILE: clock });

async function metricOf(registry: RegistryProcess, job: string): Promise<number> {
  const answer = await fetch(`${registry.url}/metrics`).catch((cause: unknown) => {
    throw new Error(`the registry does not answer (exit code ${registry.child.exitCode}):\n${registry.output().slice(-4_000)}`, { cause });
  });
  const text = await answer.text();
  return Number(new RegExp(`omla_job_runs_total\\{job="${job}",outcome="done"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

describe("a process of the registry", { timeout: 180_000 }, () => {
  it("fires each schedule as the clock moves, counts it, stops gracefully and goes on where it was", async () => {
    await writeFile(clock, "2026-11-16T05:59:00Z");
    const registry = await startRegistry(environment());
    const jobs = ["compliance-tick", "tell-listed", "publish-blacklist", "complete-key-rotations", "lapse-complaints", "clean-up"];
    const counts = (): Promise<number[]> => Promise.all(jobs.map((job) => metricOf(registry, job)));
    await vi.waitFor(async () => expect(await counts()).toEqual([1, 1, 1, 1, 1, 1]), WAIT);
    await writeFile(clock, "2026-11-16T06:00:00Z");
    // Six o'clock on a Monday: the tick, and the hourly look for people to tell.
    await vi.waitFor(async () => expect(await counts()).toEqual([2, 2, 1, 1, 1, 1]), WAIT);
    await writeFile(clock, "2026-11-17T03:10:00Z");
    await vi.waitFor(async () => expect(await counts()).toEqual([2, 3, 2, 2, 2, 2]), WAIT);
    expect(await registry.stop()).toBe(0);
    expect(registry.output()).toContain('"message":"stopping"');
    expect(registry.output()).not.toContain("a-secret-of-a-process");

    const again = await startRegistry(environment());
    await pause(3_000);
    // Every moment was in the queue already.
    expect(await Promise.all(jobs.map((job) => metricOf(again, job)))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await again.stop("SIGINT")).toBe(0);
  });

  it("answers what is under way when it is told to stop, and then ends", async () => {
    await writeFile(clock, "2026-11-18T00:00:00Z");
    const registry = await startRegistry(environment());
    const headers = { "content-type": "application/json", expect: "100-continue" };
    const slow = request(`${registry.url}/functions/v1/register-company`, { method: "POST", headers });
    // The server asks for the body: it is at work on this request.
    const continued = once(slow, "continue");
    slow.flushHeaders();
    await continued;
    const stopped = registry.stop();
    const answered = once(slow, "response") as Promise<[IncomingMessage]>;
    slow.end(JSON.stringify({ company_name: "Last one in", contact_email: "a@example.com" }));
    const [[answer], code] = await Promise.all([answered, stopped]);
    expect([answer.statusCode, code]).toEqual([201, 0]);
  });

  it("cuts off clients that never finish their headers or their body (slowloris_headers, slowloris_body)", async () => {
    await writeFile(clock, "2026-11-18T00:00:00Z");
    const registry = await startRegistry(environment());
    const { port } = new URL(registry.url);
    const openMs = async (start: string): Promise<number> => {
      const begin = performance.now();
      const socket = connect(Number(port), "127.0.0.1");
      socket.write(start);
      const drip = setInterval(() => socket.write("x"), 1_000);
      socket.resume();
      await new Promise((resolve) => socket.on("close", resolve).on("error", resolve));
      clearInterval(drip);
      return performance.now() - begin;
    };
    const durations = await Promise.all([
      openMs("GET / HTTP/1.1\r\nhost: x\r\nx-slow: "),
      openMs("POST /functions/v1/register-company HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n{"),
    ]);
    for (const duration of durations) expect(duration).toBeLessThan(15_000);
    expect((await fetch(`${registry.url}/healthz`)).status).toBe(200);
    await registry.stop();
  });
});
