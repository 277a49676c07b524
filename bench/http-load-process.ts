// The load generator: reads one load as JSON from its input, prints one result as JSON.
import { text } from "node:stream/consumers";
import autocannon from "autocannon";
import type { Load, LoadResult } from "./http-load.ts";

const CONNECTIONS = 32;
const SECONDS = 3;
/** A connection is good for 1,000 requests at the registry, and the generator heeds no "Connection: close". */
const REQUESTS_PER_CONNECTION = 900;

const { url, requests, seconds = SECONDS, connections = CONNECTIONS, once = false } = JSON.parse(await text(process.stdin)) as Load;
const all = requests.map(({ method = "GET", path, headers = {}, body }) => ({
  method,
  path,
  headers,
  ...(body === undefined ? {} : { body }),
}));
let clients = 0;
const done = await autocannon({
  url,
  connections,
  reconnectRate: REQUESTS_PER_CONNECTION,
  requests: all,
  ...(once ? { amount: all.length - (all.length % connections), setupClient: share } : { duration: seconds }),
});
const good = done["2xx"];
const refused = done.non2xx + done.errors + done.timeouts;
const result: LoadResult = { perSecond: good / done.duration, refusedShare: refused / Math.max(1, good + refused) };
process.stdout.write(JSON.stringify(result));

/** Gives each connection requests that no other sends. */
function share(client: autocannon.Client): void {
  const each = Math.floor(all.length / connections);
  client.setRequests(all.slice(clients * each, (clients + 1) * each));
  clients += 1;
}
