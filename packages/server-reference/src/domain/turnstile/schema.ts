import * as z from "zod";

/** What Cloudflare's widget gave the visitor; needed where this registry is configured for it. */
export const TURNSTILE_TOKEN = z
  .string()
  .min(1)
  .max(2_048)
  .optional()
  .describe("Cloudflare Turnstile, where /.well-known/omla asks for it");
