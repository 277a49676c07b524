import { createHash } from "node:crypto";
import { inTurn, type Load, type LoadRequest, ratioOf } from "./http-load.ts";
import { startProcess } from "./http-servers.ts";
import { median, type Row } from "./measure.ts";
import { fillModels } from "./registry-models.ts";
import { startRegistry } from "./sql-registry.ts";

const MODELS = 100_000;
/** So many different models are asked for in turn. */
const ASKED = 5_000;
const ROUNDS = 5;

/** Every column of the view, under the names that PostGraphile gives them. */
const COLUMNS =
  "rowId name description domain assetKind licenseVersion ed25519Pubkey recoveryPubkey modelHash isActive hosterSharePct pubkeyRotationPending updateNonce documentDigest creatorEmail createdAt";
const FIND = `query ($hash: String!) { allModels(condition: { modelHash: $hash }) { nodes { ${COLUMNS} } } }`;
const VERDICT = "registered modelId name address ed25519Pubkey licenseVersion assetKind state stateSince registeredAt locations asOf query";
const VERIFY = `query ($hash: String!) { verifyByHash(hash: $hash) { nodes { ${VERDICT} } } }`;

const hashes = Array.from({ length: ASKED }, (_, at) =>
  createHash("sha256")
    .update(String(1 + at * (MODELS / ASKED)))
    .digest("hex"),
);
const get = (path: (hash: string) => string): LoadRequest[] => hashes.map((hash) => ({ path: path(hash) }));
const graphql = (query: string): LoadRequest[] =>
  hashes.map((hash) => ({
    method: "POST",
    path: "/graphql",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { hash } }),
  }));

/** A model by its weight hash over HTTP: beside PostGraphile on the same views under the same role, and beside a route that only asks for 1. */
export async function postgrestBench(): Promise<Row[]> {
  const registry = await startRegistry();
  const servers = [];
  try {
    await registry.admin.run((client) => fillModels(client, MODELS));
    const environment = { BENCH_DATABASE_URL: registry.appUrl };
    const plain = await startProcess("registry-process.ts", { ...environment, OMLA_ANSWER_CACHE_SECONDS: "0" });
    servers.push(plain);
    const caching = await startProcess("registry-process.ts", environment);
    servers.push(caching);
    // The role at log-in, so that the peer needs no transaction around each question.
    const peer = await startProcess("postgraphile-process.ts", { BENCH_DATABASE_URL: `${registry.appUrl}?options=-c%20role%3Danon` });
    servers.push(peer);
    await assertEqual(plain.url, peer.url);
    return rowsOf(await inTurn(loadsOf(plain.url, caching.url, peer.url), ROUNDS));
  } finally {
    for (const server of servers) await server.stop();
    await registry.stop();
  }
}

type LoadName = "floor" | "read" | "peerRead" | "verify" | "peerVerify" | "cached";

function loadsOf(plain: string, caching: string, peer: string): Record<LoadName, Load> {
  return {
    floor: { url: plain, requests: [{ path: "/bench/select-1" }] },
    read: { url: plain, requests: get((hash) => `/rest/v1/models?model_hash=eq.${hash}`) },
    peerRead: { url: peer, requests: graphql(FIND) },
    verify: { url: plain, requests: get((hash) => `/rest/v1/rpc/verify_by_hash?hash=${hash}`) },
    peerVerify: { url: peer, requests: graphql(VERIFY) },
    cached: { url: caching, requests: get((hash) => `/rest/v1/rpc/verify_by_hash?hash=${hash}`).slice(0, ASKED / 10) },
  };
}

function rowsOf(figures: Record<LoadName, number[]>): Row[] {
  const row = (name: string, ours: LoadName, other: LoadName, goal: number): Row => ({
    name,
    size: "10^5 models",
    peer: other === "floor" ? "a route that asks for 1" : "PostGraphile",
    peerVersion: other === "floor" ? "" : "5.1.5",
    ratio: ratioOf(figures[ours], figures[other]),
    goal,
    better: "larger",
    note: `${Math.round(median(figures[ours]))} beside ${Math.round(median(figures[other]))} requests/s`,
  });
  return [
    row("GET model by hash", "read", "peerRead", 3),
    row("GET model by hash", "read", "floor", 0.8),
    row("GET verify_by_hash", "verify", "peerVerify", 3),
    row("GET verify_by_hash", "verify", "floor", 0.8),
    row("GET verify_by_hash, answered before", "cached", "peerVerify", 3),
    row("GET verify_by_hash, answered before", "cached", "floor", 0.8),
  ];
}

/** A peer that answers something else would prove nothing. */
async function assertEqual(ours: string, peer: string): Promise<void> {
  const [hash = ""] = hashes;
  const found = (await (await fetch(`${ours}/rest/v1/models?model_hash=eq.${hash}`)).json()) as { id: string }[];
  const [request] = graphql(FIND);
  const answer = await fetch(`${peer}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: request?.body ?? "",
  });
  const { data } = (await answer.json()) as { data: { allModels: { nodes: { rowId: string }[] } } };
  const ids = [found[0]?.id, data.allModels.nodes[0]?.rowId];
  if (ids[0] === undefined || ids[0] !== ids[1]) throw new Error(`the peer finds ${String(ids[1])}, the registry ${String(ids[0])}`);
}
