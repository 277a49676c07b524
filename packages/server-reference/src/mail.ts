import { createHash } from "node:crypto";
import { createTransport } from "nodemailer";

export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** What the message tells of; the same words give the same Message-ID, by which mail systems drop a second copy. */
  readonly about?: string;
}

/** How people are told; resolves once the mail server has taken the message. */
export interface Mail {
  /** @throws {MailRefused} where the server will not take it, whenever it is tried; any other error is worth another try */
  send(message: Message): Promise<void>;
}

/** The server refused this message for good: there is no such mailbox, or the like. */
export class MailRefused extends Error {
  override readonly name: string = "MailRefused";
}

const TIMEOUT_MS = 10_000;

/** Mail over SMTP, as `SMTP_URL` says. */
export function createSmtpMail(url: string, from: string): Mail {
  const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
  const transport = createTransport({ url, ...timeouts });
  return {
    send: async ({ about, ...message }) => {
      const messageId = about === undefined ? {} : { messageId: `<${idOf(about)}@${from.split("@").at(-1) ?? "localhost"}>` };
      await transport.sendMail({ from, ...messageId, ...message }).catch((error: unknown) => {
        throw isFinal(error) ? new MailRefused("the mail server refused the message for good", { cause: error }) : error;
      });
    },
  };
}

function idOf(about: string): string {
  return createHash("sha256").update(`omla.mail.v1\0${about}`).digest("hex").slice(0, 40);
}

/** 5xx about a recipient or the content; a login that fails or a server that is down may be mended. */
function isFinal(error: unknown): boolean {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return (code === "EENVELOPE" || code === "EMESSAGE") && typeof responseCode === "number" && responseCode >= 550 && responseCode < 560;
}
