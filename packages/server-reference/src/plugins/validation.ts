import { schemaFault } from "@omla/sdk/protocol/schemas";
import type * as z from "zod";
import { ApiError } from "../api-error.ts";
import type { App } from "../http.ts";

/** Checks bodies, parameters and queries against their zod schema; the first fault is answered with its path. */
export function registerValidation(app: App): void {
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (data) => {
    const parsed = schema.safeParse(data);
    return parsed.success ? { value: parsed.data } : { error: inputError(parsed.error) };
  });
  // Responses are built by us; checking them again would only cost.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

const MONEY_HINT = 'Write the amount as a string such as "18400.00", never as a number.';

/** The refusal for the first fault of an input: the code of the protocol's own rule, or what the shape lacks. */
export function inputError(error: z.ZodError): ApiError {
  const { code, message, path, hint } = schemaFault(error);
  if (code !== "DOCUMENT_SCHEMA") return new ApiError(400, code, message, { path, hint });
  if (path?.endsWith("_usd")) return new ApiError(400, "AMOUNT_INVALID", message, { path, hint: MONEY_HINT });
  return new ApiError(400, "INPUT_INVALID", message, { path, hint: "See /docs for what this operation takes." });
}
