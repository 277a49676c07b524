import * as z from "zod";

const KEY_ID = z.string().regex(/^[0-9A-Za-z]{10}$/, "must be the ten characters after omla_live_ or omla_test_");

export const mintKeyInput = z
  .strictObject({ live: z.boolean().describe("false makes a test key, which never pays") })
  .meta({ id: "ApiKeyRequest" });

export const mintedKey = z
  .object({ kid: KEY_ID, live: z.boolean(), api_key: z.string().nullable().describe("Shown once") })
  .meta({ id: "ApiKey" });

export const revokeKeyInput = z.strictObject({ kid: KEY_ID }).meta({ id: "ApiKeyRevocation" });

export const keyList = z
  .object({
    keys: z.array(
      z.object({
        kid: KEY_ID,
        live: z.boolean(),
        last4: z.string(),
        created_at: z.string(),
        expires_at: z.string().nullable(),
        revoked_at: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "ApiKeys" });

export const confirmationInput = z.strictObject({ token: z.string().max(4_096) }).meta({ id: "EmailConfirmation" });
