import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { companyAnswer, companyInput } from "./schema.ts";
import { mintApiKey, registerCompany } from "./service.ts";

export function companyRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/register-company",
    {
      config: { access: "anyone", rate: "company" },
      schema: {
        tags: ["companies"],
        summary: "Register a company; the API key in the answer is shown once",
        body: companyInput,
        response: { 201: companyAnswer },
      },
    },
    async (request, reply) => {
      const minted = await mintApiKey(ctx, true);
      return writeOnce(ctx, request, reply, async (tx) => {
        const body = await registerCompany(tx, request.body, minted);
        return { status: 201, body, remembered: { ...body, api_key: null } };
      });
    },
  );
}
