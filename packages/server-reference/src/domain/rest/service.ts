import type { FastifyRequest } from "fastify";
import { databaseClaims } from "../../principal.ts";
import type { Rest, RestAnswer, RestRequest } from "../../postgrest/index.ts";

/** The schema that is exposed. */
export const API_SCHEMA = "public";

/** A request of Fastify's as the dialect sees it. */
export function restRequest(request: FastifyRequest, target: string): RestRequest {
  const { headers, body } = request;
  const text = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(",") : value;
  };
  return {
    method: request.method,
    target,
    query: request.url.split("?").slice(1).join("?"),
    headers: Object.fromEntries(["accept", "prefer", "range", "accept-profile", "content-profile"].map((name) => [name, text(name)])),
    body: typeof body === "string" ? body : "",
    ...databaseClaims(request.principal),
  };
}

/** What is answered after a write that went another way: the rows, where they were asked for, as the writer sees them. */
export async function readBack(rest: Rest, asked: RestRequest, filter: string): Promise<RestAnswer> {
  const location = { location: `/${asked.target}?${filter}` };
  if (!/\breturn=representation\b/.test(asked.headers["prefer"] ?? "")) return { status: 201, headers: location, body: undefined };
  const select = asked.query.split("&").find((pair) => pair.startsWith("select="));
  const query = select === undefined ? filter : `${filter}&${select}`;
  const answer = await rest.table({ ...asked, method: "GET", query, body: "" });
  return { ...answer, status: 201, headers: { ...answer.headers, ...location, "content-range": "*/*" } };
}
