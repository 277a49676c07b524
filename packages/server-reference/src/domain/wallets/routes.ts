import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { writeOnce } from "../../plugins/idempotency.ts";
import { registerOwnedWallet } from "./service.ts";
import { walletAnswer, walletInput } from "./schema.ts";

export function walletRoutes(app: App, ctx: AppContext): void {
  app.post(
    "/functions/v1/register-wallet",
    {
      config: { access: "anyone", rate: "mutation" },
      schema: {
        tags: ["wallets"],
        summary: "A wallet of its own, whose rail its owner's key sets",
        body: walletInput,
        response: { 201: walletAnswer },
      },
    },
    async (request, reply) =>
      writeOnce(ctx, request, reply, async (tx) => ({ status: 201, body: await registerOwnedWallet(tx, request.body) })),
  );
}
