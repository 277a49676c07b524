import { createHash, createPublicKey, randomUUID, verify } from "node:crypto";
import { createRequire } from "node:module";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createVerifier, type ListStore, type Verifier } from "@omla/verifier";
import { type ListSample, listOf } from "./blacklist-inputs.ts";
import { asToken, readWithPeers } from "./blacklist-peer.ts";
import { interleavedRatio, median, type Row } from "./measure.ts";

const versionOf = (name: string): string => (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const SIZES: readonly (readonly [size: number, label: string])[] = [
  [1_000, "10^3 entries"],
  [100_000, "10^5 entries"],
];

/** Loading, holding and asking a blacklist; everything through the verifier's public surface. */
export async function blacklistBench(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "omla-bench-"));
  const rows: Row[] = [];
  try {
    for (const [size, label] of SIZES) rows.push(...(await rowsFor(await listOf(size), label, folder)));
  } finally {
    await rm(folder, { recursive: true });
  }
  return rows;
}

async function rowsFor(sample: ListSample, size: string, folder: string): Promise<Row[]> {
  const files = { list: join(folder, `${sample.keys.length}.json`), token: join(folder, `${sample.keys.length}.jws`) };
  await writeFile(files.list, sample.raw);
  await writeFile(files.token, await asToken(sample.raw, sample.publicKey, sample.secretKey));
  const ready = (): Promise<Verifier> => readyFrom(files.list, sample.publicKey);
  const peers = async (): Promise<unknown> => readWithPeers(await readFile(files.token, "utf8"), sample.publicKey);
  const options = sample.keys.length > 10_000 ? { rounds: 7 } : { rounds: 21, repeats: 5 };
  const loading = { name: "blacklist, file to ready", size };
  const verifier = await ready();
  const peerVersion = `${versionOf("jose")} / ${versionOf("zod")}`;
  return [
    { ...loading, peer: "jose, JSON.parse, zod, Maps", peerVersion, ratio: await interleavedRatio(ready, peers, options), goal: 0.35 },
    {
      ...loading,
      peer: "read, SHA-256, one verify",
      peerVersion: process.version,
      ratio: await interleavedRatio(ready, floorOf(files.list, sample), options),
      goal: 5,
    },
    await pauseRow(() => downloaded(sample, join(folder, `${sample.keys.length}.kept`)), size),
    await memoryRow(ready, sample, size),
    await checkRow(verifier, sample, size),
  ];
}

/** A verifier that has its list from a file, every check included. */
async function readyFrom(path: string, key: string): Promise<Verifier> {
  const known = { sequence: 1, keysetVersion: 1, maxSeenMs: 0, etag: null, keysets: [] };
  const store: ListStore = { load: async () => ({ raw: await readFile(path), ...known }), save: async () => undefined };
  const verifier = createVerifier({ url: "https://registry.invalid/api/blacklist.json", keys: [key], refreshMs: 0, store });
  await verifier.ready;
  if (verifier.status().state !== "FRESH") throw new Error(`the list was not accepted: ${JSON.stringify(verifier.status().last_error)}`);
  return verifier;
}

/** A verifier that has its list from the network, in pieces as they come off a socket, and keeps it on disk. */
async function downloaded({ raw, publicKey }: ListSample, store: string): Promise<Verifier> {
  const piece = 65_536;
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (at >= raw.length) controller.close();
      else controller.enqueue(raw.slice(at, (at += piece)));
    },
  });
  const answer = new Response(body, { headers: { "content-type": "application/json" } });
  const fetch = async (url: unknown): Promise<Response> =>
    String(url).endsWith("/blacklist.json") ? answer : new Response(null, { status: 404 });
  await rm(store, { force: true });
  const verifier = createVerifier({ url: "https://registry.invalid/api/blacklist.json", keys: [publicKey], refreshMs: 0, store, fetch });
  await verifier.refresh();
  if (verifier.status().state !== "FRESH") throw new Error(`the list was not accepted: ${JSON.stringify(verifier.status().last_error)}`);
  return verifier;
}

/** The least that any reader does. */
function floorOf(path: string, { publicKey, raw }: ListSample): () => Promise<boolean> {
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, "base64")]), format: "der", type: "spki" });
  const { signature } = JSON.parse(new TextDecoder().decode(raw)) as { signature: string };
  const bytes = Buffer.from(signature, "base64");
  return async () =>
    verify(
      null,
      createHash("sha256")
        .update(await readFile(path))
        .digest(),
      key,
      bytes,
    );
}

async function pauseRow(ready: () => Promise<unknown>, size: string): Promise<Row> {
  const pauses: number[] = [];
  for (let round = 0; round < 9; round += 1) pauses.push(await longestPauseMs(ready));
  const worst = Math.max(...pauses);
  const note = `${worst.toFixed(1)} ms of the thread's processor time, median ${median(pauses).toFixed(1)} ms`;
  return {
    name: "blacklist, longest pause while it is downloaded, checked and kept",
    peer: "20 ms",
    peerVersion: "",
    size,
    ratio: worst / 20,
    goal: 1,
    note,
  };
}

/**
 * The longest work that was done before anything else got its turn.
 *
 * In processor time, since a busy machine takes turns of its own; but never more than the turn lasted, since the kernel counts that time by its ticks.
 */
async function longestPauseMs(work: () => Promise<unknown>): Promise<number> {
  let [longest, isDone] = [0, false];
  let last = { worked: workedMs(), at: performance.now() };
  const turn = (): void => {
    const now = { worked: workedMs(), at: performance.now() };
    longest = Math.max(longest, Math.min(now.worked - last.worked, now.at - last.at));
    last = now;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isDone = true;
  return longest;
}

function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

async function memoryRow(ready: () => Promise<unknown>, { keys }: ListSample, size: string): Promise<Row> {
  // Small lists several times over: what the collector leaves of one would drown them.
  const copies = Math.max(1, Math.ceil(50_000 / keys.length));
  const ours = await bytesHeldBy(ready, copies);
  const set = await bytesHeldBy(async () => new Set(keys.map(fresh)), copies);
  const note = `${(ours / keys.length).toFixed(1)} B and ${(set / keys.length).toFixed(1)} B for each of ${keys.length} keys, facts included`;
  return {
    name: "blacklist, memory per listed key",
    peer: "Set<string>",
    peerVersion: process.version,
    size,
    ratio: ours / set,
    goal: 0.35,
    note,
  };
}

async function bytesHeldBy(make: () => Promise<unknown>, copies: number): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const bytes = async (): Promise<number> => {
    for (let round = 0; round < 4; round += 1) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  await make();
  const before = await bytes();
  const held: unknown[] = [];
  while (held.length < copies) held.push(await make());
  const after = await bytes();
  return held.length === copies ? (after - before) / copies : NaN;
}

const PROBES = 50_000;
const ROUNDS = 15;
/** Rounds until the compiler has settled. */
const WARM_UP = 5;

/** Each string is asked for once, so that no hash of it is kept; one in a hundred is listed. */
async function checkRow(verifier: Verifier, { keys }: ListSample, size: string): Promise<Row> {
  const set = new Set(keys.map(fresh));
  const ids = keys.filter((key) => key.length === 36);
  const probes = (): string[] =>
    Array.from({ length: PROBES }, (_, at) => fresh(at % 100 === 0 ? (ids[at % ids.length] ?? "") : randomUUID()));
  const ratios: number[] = [];
  let found = 0;
  let ourMs = 0;
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    const [forUs, forSet] = [probes(), probes()];
    const begin = workedMs();
    for (const probe of forUs) if (verifier.check({ model_id: probe }).listed) found += 1;
    const ours = workedMs() - begin;
    for (const probe of forSet) if (set.has(probe)) found += 1;
    const peer = workedMs() - begin - ours;
    if (round < WARM_UP) continue;
    ratios.push(ours / peer);
    ourMs += ours;
  }
  const note = `${Math.round((ourMs * 1e6) / ROUNDS / PROBES)} ns of processor time for a whole verdict, ${found} found`;
  return {
    name: "blacklist, check() with fresh strings, 1 % hits",
    peer: "Set<string>.has",
    peerVersion: process.version,
    size,
    ratio: median(ratios),
    goal: 0.6,
    note,
  };
}

/** A text in one piece of its own, as one read from a request is. */
function fresh(text: string): string {
  return Buffer.from(text).toString("latin1");
}
