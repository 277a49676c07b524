import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail as a real SMTP server received it. */
export interface ReceivedMail {
  readonly to: string;
  readonly subject: string;
  readonly messageId: string;
  readonly text: string;
}

/** A real mail server on this machine, that can be down for a while and keeps what it takes. */
export interface SmtpSink {
  readonly url: string;
  readonly mails: ReceivedMail[];
  /** Mailboxes that are refused for good. */
  readonly refused: Set<string>;
  up(): Promise<void>;
  down(): Promise<void>;
}

export async function createSmtpSink(): Promise<SmtpSink> {
  const mails: ReceivedMail[] = [];
  const refused = new Set<string>();
  let server = makeServer(mails, refused);
  let port = 0;
  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.on("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  await listen();
  port = (server.server.address() as AddressInfo).port;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refused,
    up: () => {
      server = makeServer(mails, refused);
      return listen();
    },
    down: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function makeServer(mails: ReceivedMail[], refused: ReadonlySet<string>): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo: ({ address }, _session, callback) =>
      refused.has(address) ? callback(Object.assign(new Error("no such mailbox"), { responseCode: 550 })) : callback(),
    onData: (stream, session, callback) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        mails.push(readMail(Buffer.concat(parts).toString("utf8"), session.envelope.rcptTo[0]?.address ?? ""));
        callback();
      });
    },
  });
}

function readMail(raw: string, to: string): ReceivedMail {
  const end = raw.indexOf("\r\n\r\n");
  const headers = raw.slice(0, end).replace(/\r\n[ \t]+/g, " ");
  const header = (name: string): string => new RegExp(`^${name}: (.*)$`, "im").exec(headers)?.[1]?.trim() ?? "";
  const text = raw
    .slice(end + 4)
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { to, subject: header("Subject"), messageId: header("Message-ID"), text };
}
