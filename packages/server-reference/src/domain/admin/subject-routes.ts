import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { boardOf } from "../../principal.ts";
import { approvalAnswer } from "../approvals/schema.ts";
import { propose } from "../approvals/service.ts";
import { NOTE, PAGE } from "../board/schema.ts";
import { blacklistContent } from "../compliance/blacklist-action.ts";
import { browseSubjects, clear, enforce, inspectSubject, tellByHand } from "../compliance/board-service.ts";
import { movedAnswer, subjectDetail, subjectList, subjectQuery } from "../compliance/schema.ts";
import { ACT, ACT_FRESH, doc, READ } from "./route-options.ts";

const noun = "subjects";
const params = z.strictObject({ id: z.uuid() });
const noteInput = z.strictObject({ note: NOTE }).meta({ id: "BoardNote" });
const enforceInput = z.strictObject({ enforce: z.enum(["deny", "warn", "suspended"]), note: NOTE }).meta({ id: "EnforceRequest" });
const toldAnswer = z.object({ id: z.uuid(), told: z.literal(true) });

/** Models and companies, by their standing. */
export function adminSubjectRoutes(app: App, ctx: AppContext): void {
  app.get(
    "/admin/v1/subjects",
    {
      config: READ,
      schema: {
        ...doc(noun, "Models and companies by state"),
        querystring: z.strictObject({ ...subjectQuery, ...PAGE }),
        response: { 200: subjectList },
      },
    },
    async (request) => ({ subjects: await browseSubjects(ctx, request.query) }),
  );
  app.get(
    "/admin/v1/subjects/:id",
    { config: READ, schema: { ...doc(noun, "One of them with its facts and history"), params, response: { 200: subjectDetail } } },
    async (request) => inspectSubject(ctx, request.params.id),
  );
  app.post(
    "/admin/v1/subjects/:id/blacklist",
    {
      config: ACT_FRESH,
      schema: { ...doc(noun, "Propose a listing to a second member"), params, body: blacklistContent, response: { 202: approvalAnswer } },
    },
    async (request, reply) => {
      const proposal = { action: "subject.blacklist", subject: request.params.id, content: request.body } as const;
      return writeOnce(ctx, request, reply, async (tx) => ({
        status: 202,
        body: await propose(ctx, tx, boardOf(request.principal), proposal),
      }));
    },
  );
  app.post(
    "/admin/v1/subjects/:id/clear",
    {
      config: ACT_FRESH,
      schema: {
        ...doc(noun, "Take it off the blacklist; the list drops it at once"),
        params,
        body: noteInput,
        response: { 200: movedAnswer },
      },
    },
    async (request, reply) => {
      const [member, { id }, { note }] = [boardOf(request.principal), request.params, request.body];
      return writeOnce(ctx, request, reply, async (tx) => ({ status: 200, body: await clear(ctx, tx, member, id, note) }));
    },
  );
  app.post(
    "/admin/v1/subjects/:id/enforce",
    {
      config: ACT_FRESH,
      schema: { ...doc(noun, "Deny, warn of or suspend a listed one"), params, body: enforceInput, response: { 200: movedAnswer } },
    },
    async (request, reply) => {
      const [member, { id }] = [boardOf(request.principal), request.params];
      return writeOnce(ctx, request, reply, async (tx) => ({ status: 200, body: await enforce(ctx, tx, member, id, request.body) }));
    },
  );
  app.post(
    "/admin/v1/subjects/:id/told",
    {
      config: ACT,
      schema: { ...doc(noun, "Say that the board told a listed one itself"), params, body: noteInput, response: { 200: toldAnswer } },
    },
    async (request, reply) => {
      const [member, { id }, { note }] = [boardOf(request.principal), request.params, request.body];
      return writeOnce(ctx, request, reply, async (tx) => ({ status: 200, body: await tellByHand(tx, member, id, note) }));
    },
  );
}
