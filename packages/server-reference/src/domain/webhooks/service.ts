import { formatTimestamp } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import { sealSecret } from "../../credentials/sealed-secret.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import type { Party } from "../cases/party.ts";
import { publicUrl } from "../locations/guarded-fetch.ts";
import { resolveModelId } from "../models/reference.ts";
import { webhookError } from "./errors.ts";
import {
  deleteEndpoint,
  type Endpoint,
  expireSecrets,
  findEndpoint,
  findEndpoints,
  insertEndpoint,
  insertSecret,
  type Owner,
} from "./repository.ts";
import { type RegisterWebhookInput, WEBHOOK_EVENTS, type WebhookAnswer } from "./schema.ts";
import { formatSecret, mintSecret } from "./signing.ts";

const MAX_ENDPOINTS = 10;
/** How long the secret before still signs beside the new one. */
const OVERLAP_HOURS = 24;

export type Minted = WebhookAnswer & { readonly secret: string };

/**
 * Registers an address that hears of changes; its secret is shown this once.
 *
 * @throws {ApiError} WEBHOOK_URL | WEBHOOKS_TOO_MANY | MODEL_NOT_FOUND with the path
 */
export async function registerWebhook(ctx: AppContext, tx: Tx, party: Party, input: RegisterWebhookInput): Promise<Minted> {
  assertPublic(input.url);
  const owner = ownerOf(party);
  if ((await findEndpoints(tx, owner)).length >= MAX_ENDPOINTS)
    throw webhookError("WEBHOOKS_TOO_MANY", `You have ${MAX_ENDPOINTS} endpoints.`);
  const modelIds = input.models === undefined ? null : await resolveModels(tx, input.models);
  const events = input.events === undefined ? WEBHOOK_EVENTS : [...new Set(input.events)];
  const endpoint = await insertEndpoint(tx, owner, { url: input.url, events, modelIds });
  await note(tx, party, "webhook.register", endpoint.id);
  return { ...show(endpoint), secret: await giveSecret(ctx, tx, endpoint.id) };
}

/** Where it is is found out at each delivery; here only the form is looked at. */
function assertPublic(url: string): void {
  if (publicUrl(url)?.hash !== "") throw webhookError("WEBHOOK_URL", "This address is not called.", "url");
}

async function resolveModels(tx: Tx, models: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, model] of models.entries()) ids.push(await resolveModelId(tx, model, `models[${index}]`));
  return [...new Set(ids)];
}

async function giveSecret(ctx: AppContext, tx: Tx, endpointId: string): Promise<string> {
  const secret = mintSecret(ctx.random);
  await insertSecret(tx, endpointId, sealSecret(secret, purposeOf(endpointId), ctx.config.jwtSecret, ctx.random));
  return formatSecret(secret);
}

export function purposeOf(endpointId: string): string {
  return `webhook ${endpointId}`;
}

/** Gives a new secret; the one before signs beside it for a day. @throws {ApiError} WEBHOOK_NOT_FOUND */
export async function rotateSecret(ctx: AppContext, tx: Tx, party: Party, id: string): Promise<Minted> {
  const endpoint = await findEndpoint(tx, ownerOf(party), id);
  if (endpoint === undefined) throw notFound(id);
  await expireSecrets(tx, id, OVERLAP_HOURS);
  await note(tx, party, "webhook.rotate", id);
  return { ...show(endpoint), secret: await giveSecret(ctx, tx, id) };
}

/** Deletes an endpoint with its secrets and what waits for it. @throws {ApiError} WEBHOOK_NOT_FOUND */
export async function deleteWebhook(tx: Tx, party: Party, id: string): Promise<void> {
  if (!(await deleteEndpoint(tx, ownerOf(party), id))) throw notFound(id);
  await note(tx, party, "webhook.delete", id);
}

export async function listWebhooks(tx: Tx, party: Party): Promise<WebhookAnswer[]> {
  return (await findEndpoints(tx, ownerOf(party))).map(show);
}

function notFound(id: string): Error {
  return webhookError("WEBHOOK_NOT_FOUND", `There is no endpoint ${id} of yours.`, "endpoint_id");
}

function ownerOf(party: Party): Owner {
  return party.kind === "company" ? { companyId: party.companyId, pubkey: null } : { companyId: null, pubkey: party.pubkey };
}

function note(tx: Tx, party: Party, action: string, id: string): Promise<void> {
  return appendAudit(tx, { actor: party.id, action, entity: "webhook_endpoint", entityId: id, detail: {} });
}

function show({ id, url, events, model_ids, created_at, failing_since, disabled_at }: Endpoint): WebhookAnswer {
  const timeOf = (at: Date | null): string | null => (at === null ? null : formatTimestamp(at));
  return {
    endpoint_id: id,
    url,
    events: WEBHOOK_EVENTS.filter((event) => events.includes(event)),
    model_ids: model_ids === null ? null : [...model_ids],
    created_at: formatTimestamp(created_at),
    failing_since: timeOf(failing_since),
    disabled_at: timeOf(disabled_at),
  };
}
