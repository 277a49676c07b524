import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { TLSSocket } from "node:tls";
import { type FetchPorts, INTERNET, pinnedAddress, publicUrl } from "../locations/guarded-fetch.ts";
import type { SignedMessage } from "./signing.ts";

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

/** Sends a message to an address that a stranger named. @returns the status; undefined where there was no answer */
export type Post = (url: string, message: SignedMessage) => Promise<number | undefined>;

/**
 * Posts under the same guard as what is fetched: https on port 443, every address of the name public, the connection to the one that was
 * checked, no redirect; 10 seconds in all.
 */
export function createGuardedPost(ports: FetchPorts = INTERNET): Post {
  return async (text, message) => {
    const url = publicUrl(text);
    if (url === undefined) return undefined;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const socket = ports.dial(await pinnedAddress(url.hostname, ports, signal), url.hostname);
      try {
        return await statusOf(await send(url, socket, message, signal));
      } finally {
        socket.destroy();
      }
    } catch {
      // Whatever it was, it is told to nobody: the answer must not map our network.
      return undefined;
    }
  };
}

function send(url: URL, socket: TLSSocket, { headers, body }: SignedMessage, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, host: url.hostname, "content-length": Buffer.byteLength(body), "user-agent": "omla-server" };
    const sent = request(url, { method: "POST", createConnection: () => socket, headers: all, signal }, resolve);
    socket.on("error", reject);
    sent.on("error", reject);
    sent.end(body);
  });
}

/** What it answers beside the status is read to its end, within a limit, and thrown away. */
async function statusOf(response: IncomingMessage): Promise<number | undefined> {
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_ANSWER_BYTES) break;
  }
  return response.statusCode;
}
