import { buildSignIn, formatTimestamp, type KeyPair, signDocument } from "@omla/sdk/protocol";
import { REGISTRY, type TestApp } from "./app.ts";

/** The token of a session that a key proved by sign-in; good for 15 minutes. */
export async function sessionOf(test: TestApp, keys: KeyPair): Promise<string> {
  const { challenge } = (await test.post("/functions/v1/sign-in", {})).json() as { challenge: string };
  const draft = buildSignIn({ issued_at: formatTimestamp(test.clock.now()), registry: REGISTRY, pubkey: keys.publicKey, challenge });
  const answer = await test.post("/functions/v1/sign-in", { document: await signDocument("sign-in", draft, keys.secretKey) });
  if (answer.statusCode !== 200) throw new Error(`sign-in answered ${answer.statusCode}: ${answer.body}`);
  return (answer.json() as { access_token: string }).access_token;
}
