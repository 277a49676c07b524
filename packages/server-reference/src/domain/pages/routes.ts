import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { encodeAddress, isAddress } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import type { App } from "../../http.ts";
import { packageFolder } from "../../package-folder.ts";
import { packageVersion } from "../../version.ts";
import { modelsInStates, newestModels, registryCounts } from "../registry/service.ts";
import { type BadgeExample, badgesPage } from "./badges-page.ts";
import { modelPage, noModelPage } from "./model-page.ts";
import { modelViewOf } from "./model-service.ts";
import { startPage } from "./start-page.ts";

const HTML = "text/html; charset=utf-8";
const NEWEST = 10;
/** A well-formed address that nobody has registered: sixteen zero bytes. */
const NOBODY = encodeAddress(new Uint8Array(16));
const hidden = { schema: { hide: true } };

/** Gives a model's signed sidecar its address here, where the registry serves one. */
export type SidecarOf = (modelId: string) => string | undefined;

export async function pageRoutes(app: App, ctx: AppContext, sidecarOf: SidecarOf = () => undefined): Promise<void> {
  await app.register(fastifyStatic, { root: join(packageFolder(), "console/assets"), prefix: "/assets/", decorateReply: false });
  await app.register(fastifyStatic, { root: widgetFolder(), prefix: "/assets/widget/", decorateReply: false });
  await app.register(fastifyStatic, { root: join(widgetFolder(), "gallery"), prefix: "/badge-gallery/", decorateReply: false });
  app.get("/badge-gallery", hidden, async (_request, reply) => reply.redirect("/badge-gallery/"));
  app.get<{ Querystring: { model?: unknown } }>("/", hidden, async (request, reply) => {
    const { model } = request.query;
    if (typeof model === "string" && isAddress(model)) return reply.redirect(`/models/${model.toLowerCase()}`);
    const { models, companies } = await registryCounts(ctx);
    const newest = await newestModels(ctx, NEWEST);
    const { publicUrl: registry, lineagePolicy: lineage_policy } = ctx.config;
    return reply.type(HTML).send(startPage({ registry, version: packageVersion(), lineage_policy, models, companies, newest }));
  });
  app.get<{ Params: { address: string } }>("/models/:address", { ...hidden, config: { rate: "read" } }, async (request, reply) => {
    const view = await modelViewOf(ctx, request.params.address);
    if (view === undefined) return reply.code(404).type(HTML).send(noModelPage());
    return reply.type(HTML).header("cache-control", "public, max-age=60").send(modelPage(ctx.config.publicUrl, view));
  });
  app.get("/badges", hidden, async (_request, reply) =>
    reply.type(HTML).send(badgesPage(ctx.config.publicUrl, await badgeExamples(ctx, sidecarOf))),
  );
}

/** The folder with the badge's single file for browsers and what it loads on demand. */
function widgetFolder(): string {
  return dirname(fileURLToPath(import.meta.resolve("@omla/widget/cdn")));
}

const TITLES: Readonly<Record<string, string>> = {
  REGISTERED: "Verified",
  REPORTING: "Verified",
  COMPLIANT: "Verified",
  UNDER_REVIEW: "Under review",
};

async function badgeExamples(ctx: AppContext, sidecarOf: SidecarOf): Promise<BadgeExample[]> {
  const models = await modelsInStates(ctx, Object.keys(TITLES));
  const known = models.map(({ id, name, address, state }) => ({
    title: `${TITLES[state]} (${state})`,
    name,
    address,
    sidecar: sidecarOf(id),
  }));
  return [...known, { title: "Not registered", name: "Nobody has registered this one", address: NOBODY }];
}
