import * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { companyOf } from "../../principal.ts";
import { enqueueNotice } from "../notices/service.ts";
import { confirmationInput, keyList, mintedKey, mintKeyInput, revokeKeyInput } from "./schema-keys.ts";
import { addApiKey, dropApiKey, showApiKeys } from "./key-service.ts";
import { companyAnswer, companyInput } from "./schema.ts";
import { companySessionRoutes } from "./session-routes.ts";
import { confirmCompany, mintApiKey, registerCompany } from "./service.ts";

const tags = ["companies"];
const security = [{ company: [] }];

export function companyRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/register-company",
    {
      config: { access: "anyone", turnstile: true, rate: "company" },
      schema: {
        tags,
        summary: "Register a company; the API key in the answer is shown once",
        body: companyInput,
        response: { 201: companyAnswer },
      },
    },
    async (request, reply) => {
      const minted = await mintApiKey(ctx, true);
      await ctx.queue.ready();
      return writeOnce(ctx, request, reply, async (tx) => {
        const body = await registerCompany(tx, request.body, minted);
        await enqueueNotice(ctx, tx, { kind: "confirm-email", company_id: body.company_id });
        return { status: 201, body, remembered: { ...body, api_key: null } };
      });
    },
  );
  app.post(
    "/functions/v1/confirm-email",
    {
      config: { access: "anyone", rate: "signIn" },
      schema: {
        tags,
        summary: "Confirm a company's address by the token of its mail",
        body: confirmationInput,
        response: { 200: z.object({ company_id: z.uuid(), confirmed: z.literal(true) }) },
      },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => ({ status: 200, body: await confirmCompany(ctx, tx, request.body.token) })),
  );
  keyRoutes(app, ctx);
  companySessionRoutes(app, ctx);
}

function keyRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/create-api-key",
    {
      config: { access: "live company", rate: "mutation" },
      schema: { tags, security, summary: "Add an API key, two of a kind at most", body: mintKeyInput, response: { 201: mintedKey } },
    },
    async (request, reply) => {
      const minted = await mintApiKey(ctx, request.body.live);
      return writeOnce(ctx, request, reply, async (tx) => {
        const body = await addApiKey(tx, companyOf(request.principal), minted);
        return { status: 201, body, remembered: { ...body, api_key: null } };
      });
    },
  );
  app.post(
    "/functions/v1/revoke-api-key",
    {
      config: { access: "live company", rate: "mutation" },
      schema: {
        tags,
        security,
        summary: "Revoke an API key, at once",
        body: revokeKeyInput,
        response: { 200: z.object({ kid: z.string(), revoked: z.literal(true) }) },
      },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => ({
        status: 200,
        body: await dropApiKey(tx, companyOf(request.principal), request.body.kid),
      })),
  );
  app.post(
    "/functions/v1/list-api-keys",
    {
      config: { access: "company", rate: "quote" },
      schema: {
        tags,
        security,
        summary: "The company's API keys, without their secrets; a test key sees test keys",
        response: { 200: keyList },
      },
    },
    async (request) => ctx.db.service((tx) => showApiKeys(tx, companyOf(request.principal))),
  );
}
