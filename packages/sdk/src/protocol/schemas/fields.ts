import * as z from "zod";
import { HOSTER_SHARE_RANGE, WEIGHT_RANGE } from "../codes/values.ts";
import { assertAddress } from "../address.ts";
import { fromBase64 } from "../bytes.ts";
import { COMPLIANCE_STATES, CURRENCY_CODE, HTTPS_URL, LINE, MAX, ORIGIN, RAILS, type Rail, SHA256_HEX, UUID, UUID_V4 } from "../forms.ts";
import type { ComplianceState } from "../compliance.ts";
import { assertPublicKey } from "../keys.ts";
import { parsePart, parseUsd } from "../money.ts";
import { isQuarter } from "../quarter.ts";
import { isTimestamp } from "../timestamp.ts";
import { judged } from "./judge.ts";

export const uuid: z.ZodString = z.string().regex(UUID);
export const modelId: z.ZodString = z.string().regex(UUID_V4).describe("UUID v4 in lower case");
export const sha256: z.ZodString = z.string().regex(SHA256_HEX).describe("SHA-256 in lower-case hex");
export const line: z.ZodString = lineOf(MAX.line);
export const longText: z.ZodString = z.string().max(MAX.text);
export const origin: z.ZodString = z.string().max(MAX.line).regex(ORIGIN).describe("origin of a registry");
export const httpsUrl: z.ZodString = z.string().max(MAX.url).regex(HTTPS_URL);
export const currencyCode: z.ZodString = z.string().regex(CURRENCY_CODE);
export const rail: z.ZodType<Rail> = z.enum(RAILS);
export const complianceState: z.ZodType<ComplianceState> = z.enum(COMPLIANCE_STATES);

export const count: z.ZodNumber = z.int().min(0);
export const numberFrom1: z.ZodNumber = z.int().min(1);

export const timestamp: z.ZodString = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .refine(isTimestamp, "not a date of the real calendar")
  .describe("UTC, whole seconds");
export const quarter: z.ZodString = z
  .string()
  .regex(/^\d{4}-Q[1-4]$/)
  .refine(isQuarter, "not a quarter of the years 1970 to 9999");

export const address: z.ZodString = z.string().check(judged(assertAddress)).describe("Bech32m address, omla1…");
export const publicKey: z.ZodString = z.string().check(judged(assertPublicKey)).describe("Ed25519 public key, base64 of 32 bytes");
export const signature: z.ZodString = z
  .string()
  .refine((text) => fromBase64(text)?.length === 64, "not 64 bytes in base64")
  .describe("Ed25519 signature, base64 of 64 bytes");

/** A decimal whose range is judged with the set that it stands in. */
export const decimal: z.ZodString = z.string().describe('decimal string, such as "0.4"');
export const usd: z.ZodString = z
  .string()
  .check(judged((text: string) => parseUsd(text)))
  .describe("US dollars as a decimal string with at most six places");
export const weight: z.ZodString = z
  .string()
  .check(judged((text: string) => parsePart(text, 1, WEIGHT_RANGE)))
  .describe("0 to 1, at most six places");
export const hosterShare: z.ZodString = z
  .string()
  .check(judged((text: string) => parsePart(text, 50, HOSTER_SHARE_RANGE)))
  .describe("0 to 50 percent, at most six places");

/** What identifies a person travels beside a document, in `private`. */
export const absent: z.ZodExactOptional<z.ZodNever> = z.never().exactOptional();

/** One line of text, with something to see in it. */
export function lineOf(max: number): z.ZodString {
  return z.string().max(max).regex(LINE);
}

/** What every document that is sent to a registry carries. */
export const sent: { issued_at: z.ZodString; registry: z.ZodString } = { issued_at: timestamp, registry: origin };

/** The `spec` member of a type. */
export function spec<T extends string>(type: T): z.ZodLiteral<`omla-${T}/1`> {
  return z.literal(`omla-${type}/1`);
}
