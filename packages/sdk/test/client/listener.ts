import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

type Answering = (seen: Seen, response: ServerResponse, count: number) => void;

/** A real HTTP listener on this machine that remembers what it was asked; closed when the test ends. */
export async function listen(answer: Answering): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const one = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: text === "" ? undefined : (JSON.parse(text) as unknown),
      };
      seen.push(one);
      answer(one, response, seen.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** A receipt as a registry answers it; figures by hand: 0.30 × 1000. */
export const RECEIPT = {
  submission_id: "5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a01",
  company_id: "5f0c7f7a-3f0e-4a1c-9a53-3b1b6f1f0a02",
  quarter: "2026-Q3",
  version: 1,
  final: false,
  filed_at: "2026-10-02T00:00:00Z",
  due_at: "2026-11-01T00:00:00Z",
  live: true,
  royalty_usd: "300.000000",
  deducted_fees_usd: "0.000000",
  net_royalty_usd: "300.000000",
  lines: [],
  allocations: [],
  policy: "sequential",
};

/** Well-formed, its checksum right, and nobody's. */
export const API_KEY = "omla_test_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1Ec5G8";
