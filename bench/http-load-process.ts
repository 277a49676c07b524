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
// The generator looks once a second whether it is through, so the time of a load that is sent once ends with its last answer.
const begun = performance.now();
let answered = begun;
const done = await autocannon({
  url,
  connections,
  reconnectRate: REQUESTS_PER_CONNECTION,
  // The clock starts before the clients are made, and each of them would make all of its requests first.
  requests: all.slice(0, 1),
  setupClient: share,
  ...(once ? { amount: all.length - (all.length % connections) } : { duration: seconds }),
});
const good = done["2xx"];
const refused = done.non2xx + done.errors + done.timeouts;
const result: LoadResult = {
  perSecond: good / (once ? (answered - begun) / 1_000 : done.duration),
  refusedShare: refused / Math.max(1, good + refused),
};
process.stdout.write(JSON.stringify(result));

/** Gives each connection requests that no other sends, as long as there are enough. */
function share(client: autocannon.Client): void {
  client.on("response", () => (answered = performance.now()));
  const each = Math.max(1, Math.floor(all.length / connections));
  const begin = (clients * each) % all.length;
  client.setRequests(all.slice(begin, begin + each));
  clients += 1;
}
