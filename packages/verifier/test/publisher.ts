import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  assembleFile,
  type BlacklistContent,
  type BlacklistEntry,
  buildBlacklist,
  keyPairFromSecretKey,
  nextEdition,
  signFile,
} from "@omla/sdk/protocol";

export const NOW = new Date("2026-10-01T00:00:00Z");
export const SEED = new Uint8Array(32).fill(7);
export const KEY = (await keyPairFromSecretKey(SEED)).publicKey;
export const DAY_MS = 86_400_000;

export const MODEL: BlacklistEntry = {
  kind: "model",
  id: "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
  address: "omla1rwwkhndml49jmx6a4wxlh02ta5xdcep0",
  sha256: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  locations: ["https://huggingface.co/Acme/Listed-7B"],
  reason: "DELINQUENT_90D",
  since: "2026-07-01T00:00:00Z",
  enforce: "deny",
  case: "C-2026-0041",
};

export const COMPANY: BlacklistEntry = {
  kind: "commercial_user",
  id: "c0ffee00-0000-4000-8000-000000000001",
  name: "Example Hosting LLC",
  domains: ["example.com"],
  reason: "FALSE_REPORT",
  since: "2026-08-01T00:00:00Z",
  enforce: "warn",
  case: "C-2026-0057",
};

export interface Published {
  readonly raw: Uint8Array;
  readonly digest: string;
  /** Bytes of the canonical body. */
  readonly length: number;
  readonly sequence: number;
}

/** A list signed by the test key; unsigned where `seeds` is empty. */
export async function publish(
  content: Partial<BlacklistContent>,
  { previous = null as Published | null, now = NOW, seeds = [SEED] as readonly Uint8Array[] } = {},
): Promise<Published> {
  const list = await buildBlacklist({ ...nextEdition(previous, now), keyset_version: 1, entries: [], ...content });
  const raw = new TextEncoder().encode(assembleFile(list, await signFile(list, seeds)));
  return { raw, digest: list.digest, length: list.length, sequence: list.body.sequence };
}

export interface FakeRegistry {
  readonly url: string;
  readonly requests: { readonly url: string; readonly etag: string | undefined }[];
  /** What stands beside the list, by path; everything else is missing. */
  readonly files: Map<string, string>;
  /** What is answered for the list from now on. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  serve(published: Published): void;
  close(): Promise<void>;
}

/** A real HTTP server that publishes what it is told to, with a strong ETag. */
export async function startRegistry(): Promise<FakeRegistry> {
  const requests: { readonly url: string; readonly etag: string | undefined }[] = [];
  const files = new Map<string, string>();
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "";
    if (path !== "/api/blacklist.json") {
      const file = files.get(path);
      return file === undefined ? response.writeHead(404).end() : response.writeHead(200, { "content-type": "application/json" }).end(file);
    }
    requests.push({ url: path, etag: request.headers["if-none-match"] });
    return registry.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const registry: FakeRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/blacklist.json`,
    requests,
    files,
    answer: (_request, response) => response.writeHead(503).end(),
    serve({ raw, digest }) {
      this.answer = (request, response) => {
        const etag = `"${digest}"`;
        if (request.headers["if-none-match"] === etag) return response.writeHead(304, { etag }).end();
        return response.writeHead(200, { "content-type": "application/json", etag }).end(raw);
      };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return registry;
}
