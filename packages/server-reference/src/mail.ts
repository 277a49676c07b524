import { createTransport } from "nodemailer";

export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** How people are told; resolves once the mail server has taken the message. */
export interface Mail {
  send(message: Message): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** Mail over SMTP, as `SMTP_URL` says. */
export function createSmtpMail(url: string, from: string): Mail {
  const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
  const transport = createTransport({ url, ...timeouts });
  return {
    send: async (message) => {
      await transport.sendMail({ from, ...message });
    },
  };
}
