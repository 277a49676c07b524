import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";
import type { FetchPorts } from "../../src/domain/locations/guarded-fetch.ts";
import { selfSigned } from "./self-signed.ts";

export interface TlsServer {
  /** Names resolve to what is given here, a public address at first; whatever is dialled ends at this server. */
  readonly ports: FetchPorts;
  addresses: readonly string[];
  close(): Promise<void>;
}

/** A real https server under a certificate of its own, reached as if it stood on the Internet. */
export async function startTlsServer(
  name: string,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TlsServer> {
  const { key, cert: ca } = selfSigned(name);
  const server = createServer({ key, cert: ca }, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const self: TlsServer = {
    addresses: ["93.184.215.14"],
    ports: {
      resolve: async () => self.addresses,
      dial: (_address, servername) => connect({ host: "127.0.0.1", port, servername, ca }),
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}
