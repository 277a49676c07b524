import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { AppContext } from "../context.ts";
import type { App } from "../http.ts";
import { packageVersion } from "../version.ts";
import { completeOperations, type Description, type RouteFacts } from "./openapi-operations.ts";

/** Describes every route from its schemas: OpenAPI 3.1 at `/openapi.json`, readable at `/docs`. */
export async function registerOpenapi(app: App, ctx: AppContext): Promise<void> {
  const facts = new Map<string, RouteFacts>();
  app.addHook("onRoute", ({ method, url, config = {} }) => {
    for (const each of [method].flat()) facts.set(`${each.toLowerCase()} ${url.replace(/:(\w+)/g, "{$1}")}`, config);
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "OMLA registry",
        version: packageVersion(),
        description: "The reference registry of the Open Model Licensing Association. Money is a decimal string; times are UTC.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: ctx.config.publicUrl }],
      components: {
        securitySchemes: {
          company: { type: "http", scheme: "bearer", description: "A company's API key: omla_live_… or omla_test_…" },
          session: {
            type: "http",
            scheme: "bearer",
            bearerFormat: "JWT",
            description: "A session token of sign-in, or the operator's token.",
          },
          board: { type: "http", scheme: "bearer", description: "A board member's token of /admin/v1/sign-in, or its cookie." },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => {
      const described = jsonSchemaTransformObject(document) as Description;
      return completeOperations(described, (method, path) => facts.get(`${method} ${path}`));
    },
  });
  await app.register(swaggerUi, { routePrefix: "/docs", uiConfig: { docExpansion: "list", tryItOutEnabled: true } });
  app.get("/openapi.json", { schema: { hide: true } }, async (_request, reply) => reply.type("application/json").send(app.swagger()));
}
