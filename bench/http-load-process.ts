// The load generator: reads one load as JSON from its input, prints one result as JSON.
import { text } from "node:stream/consumers";
import autocannon from "autocannon";
import type { Load, LoadResult } from "./http-load.ts";

const CONNECTIONS = 32;
const SECONDS = 3;
/** A connection is good for 1,000 requests at the registry, and the generator heeds no "Connection: close". */
const REQUESTS_PER_CONNECTION = 900;

const { url, requests, seconds = SECONDS, connections = CONNECTIONS } = JSON.parse(await text(process.stdin)) as Load;
const done = await autocannon({
  url,
  connections,
  duration: seconds,
  reconnectRate: REQUESTS_PER_CONNECTION,
  requests: requests.map(({ method = "GET", path, headers = {}, body }) => ({
    method,
    path,
    headers,
    ...(body === undefined ? {} : { body }),
  })),
});
const result: LoadResult = { perSecond: done.requests.average, refused: done.non2xx + done.errors + done.timeouts };
process.stdout.write(JSON.stringify(result));
