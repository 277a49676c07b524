import { utf8Decode } from "@omla/sdk/protocol";
import type { App } from "../../http.ts";
import { RestError } from "../../postgrest/index.ts";

/** Keeps a JSON body as its text: PostgreSQL reads it, so that no digit of a number is lost on the way. */
export function registerRawBody(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, utf8Decode(body as Buffer));
    } catch {
      done(new RestError(400, "PGRST102", "The body is not valid UTF-8"));
    }
  });
  // Schemas only describe here: the catalogue decides what fits.
  app.setValidatorCompiler(() => (value: unknown) => ({ value }));
}
