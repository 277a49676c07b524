import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumArguments, chromiumPath } from "../../../tools/chromium.ts";

/** What a path answers; without a type, HTML. */
export interface Served {
  readonly body: string | Uint8Array;
  readonly type?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Site {
  readonly origin: string;
  /** Every request, as `GET /path`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** A site on a free port of this machine. */
export async function serveSite(
  answer: (path: string, request: IncomingMessage, body: string) => Served | undefined | Promise<Served | undefined>,
): Promise<Site> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://site").pathname;
    requests.push(`${request.method} ${path}`);
    void readBody(request)
      .then((body) => answer(path, request, body))
      .then((served) => send(response, served ?? { body: "not found", status: 404 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

function send(response: ServerResponse, { body, type = "text/html; charset=utf-8", status = 200, headers = {} }: Served): void {
  response.writeHead(status, { "content-type": type, ...headers }).end(body);
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
}

/** What a page complains of: errors of scripts and reports of its security policy. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}
