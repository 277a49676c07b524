import { randomBytes } from "node:crypto";
import { openSecret, sealSecret } from "../../credentials/sealed-secret.ts";
import { otpauthUrl, TOTP_SECRET_BYTES } from "../../credentials/totp.ts";
import { EMAIL } from "../companies/schema.ts";

/** `init` has no database yet: it leaves the first member in a setting, `EMAIL,SEALED`, that is read while the board is empty. */
const PURPOSE = "board.first";

/** @returns undefined where the address is none */
export function mintFirstMember(email: string, serverSecret: string): { readonly setting: string; readonly otpauth: string } | undefined {
  if (!EMAIL.safeParse(email).success || email.includes(",")) return undefined;
  const secret = randomBytes(TOTP_SECRET_BYTES);
  return {
    setting: `${email},${sealSecret(secret, PURPOSE, serverSecret, randomBytes)}`,
    otpauth: otpauthUrl("OMLA registry", email, secret),
  };
}

/** @returns undefined where it was sealed under another server secret, or is none */
export function readFirstMember(
  setting: string,
  serverSecret: string,
): { readonly email: string; readonly secret: Uint8Array } | undefined {
  const [email = "", sealed = ""] = setting.split(",");
  const secret = openSecret(sealed, PURPOSE, serverSecret);
  return secret && { email, secret };
}
