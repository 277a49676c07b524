import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { locationError } from "./errors.ts";
import { isGlobalAddress } from "./global-address.ts";

/** What a guarded fetch stands on; tests bring a resolver and a way to local servers of their own. */
export interface FetchPorts {
  /** Every address of a name; asked once. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Opens TLS to one address, for one name. */
  readonly dial: (address: string, host: string) => TLSSocket;
}

export interface FetchedText {
  readonly text: string;
  /** In lower case, without parameters. */
  readonly mediaType: string;
}

const TIMEOUT_MS = 3_000;
const MAX_BYTES = 65_536;
const HTTPS_PORT = 443;

export const INTERNET: FetchPorts = {
  resolve: async (host) => (await lookup(host, { all: true, order: "verbatim" })).map(({ address }) => address),
  dial: (address, host) => connect({ host: address, port: HTTPS_PORT, servername: host, ALPNProtocols: ["http/1.1"] }),
};

/**
 * Fetches a text that a stranger names, without letting the stranger send this server anywhere else.
 *
 * https on port 443 by name only; the name is resolved once, every address of it must be of the open Internet, and the connection goes to
 * the address that was checked; no redirect; 3 seconds and 64 KiB in all.
 * @throws {ApiError} LOCATION_REFUSED | LOCATION_UNREACHABLE
 */
export async function guardedFetch(url: string, ports: FetchPorts = INTERNET): Promise<FetchedText> {
  const target = checkedUrl(url);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const socket = ports.dial(await pinnedAddress(target.hostname, ports, signal), target.hostname);
    try {
      return await readText(await get(target, socket, signal));
    } finally {
      socket.destroy();
    }
  } catch (error) {
    if (error instanceof Error && "status" in error) throw error;
    throw locationError("LOCATION_UNREACHABLE", `${target.hostname} does not answer with a text: ${reasonOf(error)}.`, "url");
  }
}

function checkedUrl(text: string): URL {
  const url = publicUrl(text);
  if (url === undefined) throw refused("only https on its own port, by a public name and without a login, is fetched");
  return url;
}

/** The URL parser has turned decimal, octal and hex forms of addresses into plain ones by now. @returns undefined where it is refused */
export function publicUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" || url.port !== "" || url.username !== "" || url.password !== "") return undefined;
  const host = url.hostname;
  return host.startsWith("[") || isIP(host) !== 0 || !host.includes(".") || host.endsWith(".") ? undefined : url;
}

/** One that is closed spoils all: which of them would be used is the resolver's choice. */
export async function pinnedAddress(host: string, { resolve }: FetchPorts, signal: AbortSignal): Promise<string> {
  const addresses = await inTime(resolve(host), signal);
  const [first] = addresses;
  if (first === undefined) throw new Error("the name has no address");
  if (!addresses.every(isGlobalAddress)) throw refused(`${host} leads into a network that is not public`);
  return first;
}

function get(url: URL, socket: TLSSocket, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { host: url.hostname, accept: "text/plain, text/markdown", "accept-encoding": "identity", "user-agent": "omla-server" };
    // Without an agent: only then is the given socket used, and nothing is resolved again.
    const sent = request(url, { createConnection: () => socket, headers, signal }, (response) => {
      if (response.statusCode === 200) resolve(response);
      else reject(new Error(`it answered ${String(response.statusCode)}`));
    });
    socket.on("error", reject);
    sent.on("error", reject);
    sent.end();
  });
}

async function readText(response: IncomingMessage): Promise<FetchedText> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  const mediaType = (response.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return { text: new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts)), mediaType };
}

function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("it took too long")), { once: true });
    work.then(resolve, reject);
  });
}

function refused(reason: string): Error {
  return locationError("LOCATION_REFUSED", `This location is not fetched: ${reason}.`, "url");
}

/** No address and no inner host name: the answer must not map our network. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "AbortError" || error.name === "TimeoutError") return "it took too long";
  const code = (error as NodeJS.ErrnoException).code;
  return code ?? error.message;
}
