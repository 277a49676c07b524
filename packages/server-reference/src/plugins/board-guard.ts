import cookie from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { boardError } from "../domain/board/errors.ts";
import { SESSION_SECONDS } from "../domain/board/session-service.ts";
import type { App } from "../http.ts";

/** The prefix binds the cookie to this host, to https (or this machine) and to the whole of it: no other host can set it. */
const BOARD_COOKIE = "__Host-omla_board";
const COOKIE = { path: "/", httpOnly: true, secure: true, sameSite: "strict" } as const;
const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Reads cookies, and keeps every answer of the board out of caches and of other people's pages. */
export async function registerBoardGuard(app: App): Promise<void> {
  await app.register(cookie);
  app.addHook("onRequest", (request, reply, done) => {
    if (request.url.startsWith("/admin/")) reply.header("cache-control", "no-store").header("cross-origin-resource-policy", "same-origin");
    done();
  });
}

export function boardCookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[BOARD_COOKIE];
}

export function setBoardCookie(reply: FastifyReply, token: string): void {
  reply.setCookie(BOARD_COOKIE, token, { ...COOKIE, maxAge: SESSION_SECONDS });
}

export function clearBoardCookie(reply: FastifyReply): void {
  reply.clearCookie(BOARD_COOKIE, COOKIE);
}

/**
 * Refuses what a page of another site made a browser send.
 *
 * A write needs a header that only our own pages can set, and both of the browser's own words (Origin, Sec-Fetch-Site) must agree.
 * @throws {ApiError} CROSS_SITE
 */
export function assertSameSite({ headers, method }: FastifyRequest, publicUrl: string): void {
  const site = headers["sec-fetch-site"];
  const reads = READS.has(method);
  if (site !== undefined && site !== "same-origin" && !(reads && site === "none")) throw crossSite("Sec-Fetch-Site");
  if (headers.origin !== undefined && headers.origin !== publicUrl) throw crossSite("Origin");
  if (!reads && headers["x-omla-board"] !== "1") throw crossSite("x-omla-board");
}

function crossSite(header: string): Error {
  return boardError("CROSS_SITE", `The header ${header} says that this does not come from a page of this registry.`);
}
