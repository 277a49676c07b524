import { formatTimestamp } from "@omla/sdk/protocol";
import type { FastifyReply } from "fastify";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { assertSameSite, boardCookieOf, clearBoardCookie, setBoardCookie } from "../../plugins/board-guard.ts";
import { boardOf } from "../../principal.ts";
import { boardError } from "./errors.ts";
import { boardProofInput, boardSelf, boardSession, type BoardSessionAnswer, boardSignInInput } from "./schema.ts";
import { type BoardSession, proveBoard, provedUntil, signInBoard, signOutBoard } from "./session-service.ts";

const tags = ["board"];
const security = [{ board: [] }];

/** How a member of the board comes in and goes. */
export function boardRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/admin/v1/sign-in",
    {
      config: { access: "anyone", rate: "signIn" },
      schema: {
        tags,
        summary: "Sign in with a code of the authenticator app: 15 minutes idle, 8 hours in all",
        body: boardSignInInput,
        response: { 200: boardSession },
      },
    },
    async (request, reply) => {
      assertSameSite(request, ctx.config.publicUrl);
      const { email, code, bearer } = request.body;
      const carrier = bearer === true ? "bearer" : "cookie";
      const session = await signInBoard(ctx, { email, code, carrier, oldToken: boardCookieOf(request) });
      if (session === undefined) throw refused();
      return handOver(ctx, reply, session, carrier);
    },
  );
  app.post(
    "/admin/v1/prove",
    {
      config: { access: "board", rate: "signIn" },
      schema: {
        tags,
        security,
        summary: "A fresh code, for acts that need one; the token changes",
        body: boardProofInput,
        response: { 200: boardSession },
      },
    },
    async (request, reply) => {
      const member = boardOf(request.principal);
      const session = await proveBoard(ctx, member, request.body.code);
      if (session === undefined) throw refused();
      return handOver(ctx, reply, session, member.carrier);
    },
  );
  app.post(
    "/admin/v1/sign-out",
    { config: { access: "board", rate: "board" }, schema: { tags, security, summary: "End this session" } },
    async (request, reply) => {
      await signOutBoard(ctx, boardOf(request.principal));
      clearBoardCookie(reply);
      return reply.code(204).send();
    },
  );
  app.get(
    "/admin/v1/me",
    { config: { access: "board", rate: "board" }, schema: { tags, security, summary: "Who is signed in", response: { 200: boardSelf } } },
    async (request) => {
      const member = boardOf(request.principal);
      const until = provedUntil(member);
      return { member_id: member.memberId, role: member.role, proved_until: formatTimestamp(until), fresh: until > ctx.clock.now() };
    },
  );
}

function handOver(
  ctx: AppContext,
  reply: FastifyReply,
  { token, memberId, role, expiresAt }: BoardSession,
  carrier: "cookie" | "bearer",
): BoardSessionAnswer {
  if (carrier === "cookie") setBoardCookie(reply, token);
  const until = provedUntil({ provedAt: ctx.clock.now() });
  return {
    member_id: memberId,
    role,
    proved_until: formatTimestamp(until),
    expires_at: formatTimestamp(expiresAt),
    ...(carrier === "bearer" ? { access_token: token } : {}),
  };
}

/** One answer for an unknown address, a wrong and a used code, and a member who must wait. */
function refused(): Error {
  return boardError("SIGN_IN_REFUSED", "This address and code are not accepted.");
}
