// Receives a registry's webhooks behind a proxy that ends TLS. What does not verify is refused; what comes twice is done once.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const { OMLA_WEBHOOK_SECRET = "", PORT = "8081" } = process.env;
const MAX_BYTES = 65_536;

interface Event {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What to do for each kind of event; a kind that is not here is taken and ignored, since new ones may come. */
const HANDLERS: Readonly<Record<string, (data: Event["data"]) => void>> = {
  "model.key_rotated": ({ model_id }) => console.log(`fetch the key of ${model_id} again`),
  "model.splits_changed": ({ model_id }) => console.log(`quote ${model_id} again`),
  "model.lineage_changed": ({ model_id }) => console.log(`quote ${model_id} again`),
  "compliance.state_changed": ({ id, state }) => console.log(`${id} is ${state} now`),
  "blacklist.published": ({ sequence }) => console.log(`refresh the verifier: list ${sequence}`),
};

/** Ids that were done; a real receiver keeps them in its database, in the transaction of what it does. */
const done = new Set<string>();
const webhook = new Webhook(OMLA_WEBHOOK_SECRET);

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  let size = 0;
  request.on("data", (part: Buffer) => {
    size += part.length;
    if (size > MAX_BYTES) response.writeHead(413).end();
    else parts.push(part);
  });
  request.on("end", () => {
    if (!response.headersSent) response.writeHead(take(Buffer.concat(parts).toString("utf8"), request.headers)).end();
  });
});

/** @returns the status: 2xx is done, anything else is sent again later */
function take(body: string, headers: NodeJS.Dict<string | string[]>): number {
  let event: Event;
  try {
    event = webhook.verify(body, headers as Record<string, string>) as Event;
  } catch {
    return 401;
  }
  const id = String(headers["webhook-id"]);
  if (!done.has(id)) HANDLERS[event.type]?.(event.data);
  done.add(id);
  return 204;
}

server.listen(Number(PORT), "127.0.0.1", () => console.log(`listening on ${JSON.stringify(server.address())}`));
