import { formatTimestamp, signDocument } from "@omla/sdk/protocol";
import type { Config } from "../config.ts";
import type { AppContext } from "../context.ts";
import type { App } from "../http.ts";
import { type RunningServer, startServer } from "../main.ts";
import { type Creator, createCast } from "./cast.ts";
import { seedDemo } from "./seed.ts";
import { demoKeys } from "./stage.ts";
import { hashDemoWeights } from "./weights.ts";

const PREFIX = "/demo/models";

/** Migrates, seeds once, and serves the demonstration with the sidecars that its creators would put beside their weights. */
export async function startDemoServer(config: Config): Promise<RunningServer> {
  await seedDemo(config, new Date());
  const { ada, bela, dora } = await createCast();
  const creators = new Map([ada, bela, dora].map((creator) => [creator.modelId, creator]));
  return startServer(
    config,
    { keys: await demoKeys() },
    {
      sidecarOf: (modelId) => (creators.has(modelId) ? `${PREFIX}/${modelId}/omla.json` : undefined),
      routes: (app, ctx) => sidecarRoutes(app, ctx, creators),
    },
  );
}

/** Signed when asked for: the origin of this registry is part of what is signed. */
function sidecarRoutes(app: App, ctx: AppContext, creators: ReadonlyMap<string, Creator>): void {
  for (const [modelId, creator] of creators) {
    app.get(`${PREFIX}/${modelId}/omla.json`, { schema: { hide: true } }, async (_request, reply) =>
      reply.header("access-control-allow-origin", "*").send(await signSidecar(ctx, creator)),
    );
  }
}

async function signSidecar({ config, clock }: AppContext, creator: Creator): Promise<object> {
  const sidecar = {
    spec: "omla-sidecar/1",
    model_id: creator.modelId,
    name: creator.model,
    pubkey: creator.keys.publicKey,
    wallet: creator.address,
    license_version: "v8-10-2025",
    sha256: [await hashDemoWeights(creator.file)],
    registry: config.publicUrl,
    // A real sidecar names https pages only, and is built by `buildSidecar`; this page may stand on plain http.
    locations: [`${config.publicUrl}/badges`],
    issued_at: formatTimestamp(clock.now()),
  };
  return signDocument("sidecar", sidecar, creator.keys.secretKey);
}
