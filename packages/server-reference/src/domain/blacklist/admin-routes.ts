import { formatTimestamp } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { ACT_FRESH, doc, READ } from "../admin/route-options.ts";
import { approvalAnswer } from "../approvals/schema.ts";
import { propose } from "../approvals/service.ts";
import { nextKeysInput, PROPOSAL, proposalList, signaturesInput } from "./admin-schema.ts";
import { importSignatures } from "./proposal-service.ts";
import { proposeKeyset } from "./rotation-service.ts";
import { listProposals, proposalBody, proposeList, type Waiting } from "./sign-off-service.ts";

const noun = "lists";

/** The list in the board's hands: one member proposes, another one approves, or keys that lie elsewhere sign. */
export function adminListRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/lists/proposals",
    { config: READ, schema: { ...doc(noun, "Lists and keysets that wait, and those that waited"), response: { 200: proposalList } } },
    async () => ({ proposals: (await ctx.db.service(listProposals)).map(shown) }),
  );
  app.get(
    "/admin/v1/lists/proposals/:digest/body",
    { config: READ, schema: { ...doc(noun, "The exact bytes that are signed"), params: PROPOSAL } },
    async (request, reply) =>
      reply.type("application/json; charset=utf-8").send(await ctx.db.service((tx) => proposalBody(tx, request.params.digest))),
  );
  app.post(
    "/admin/v1/lists/proposals",
    { config: ACT_FRESH, schema: { ...doc(noun, "Propose the next list to a second member"), response: { 202: approvalAnswer } } },
    async (request, reply) => {
      const member = boardOf(request.principal);
      return writeOnce(ctx, request, reply, async (tx) => {
        const proposal = await proposeList(ctx, tx, member.memberId);
        return { status: 202, body: await propose(ctx, tx, member, approvalOf("blacklist.publish", proposal)) };
      });
    },
  );
  app.post(
    "/admin/v1/lists/keysets",
    {
      config: ACT_FRESH,
      schema: { ...doc(noun, "Propose the next keys to a second member"), body: nextKeysInput, response: { 202: approvalAnswer } },
    },
    async (request, reply) => {
      const member = boardOf(request.principal);
      return writeOnce(ctx, request, reply, async (tx) => {
        const proposal = await proposeKeyset(ctx, tx, request.body, member.memberId);
        return { status: 202, body: await propose(ctx, tx, member, approvalOf("keyset.publish", proposal)) };
      });
    },
  );
  app.post(
    "/admin/v1/lists/proposals/:digest/signatures",
    {
      config: ACT_FRESH,
      schema: { ...doc(noun, "Bring in signatures that were made offline"), params: PROPOSAL, body: signaturesInput },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => {
        const body = await importSignatures(ctx, tx, request.params.digest, request.body.signatures);
        return { status: body.published ? 201 : 202, body };
      }),
  );
}

function approvalOf<Action extends "blacklist.publish" | "keyset.publish">(
  action: Action,
  { digest, number, changed }: Waiting,
): { action: Action; subject: string; content: object } {
  return { action, subject: digest, content: { number, changed } };
}

function shown({
  signatures,
  proposed_at,
  approved_at,
  ...proposal
}: Awaited<ReturnType<typeof listProposals>>[number]): z.output<typeof proposalList>["proposals"][number] {
  return {
    ...proposal,
    signatures: [...signatures],
    proposed_at: formatTimestamp(proposed_at),
    approved_at: approved_at === null ? null : formatTimestamp(approved_at),
  };
}
