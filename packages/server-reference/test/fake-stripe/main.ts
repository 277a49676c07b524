// A Stripe of the tests: its own process, its own file, its own clock. Arguments: the file, the time it begins at.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { serveApi } from "./api.ts";
import { control, type Control } from "./control.ts";
import { openStore } from "./state.ts";

const [path = "fake-stripe.json", start = "2026-05-15T12:00:00Z"] = process.argv.slice(2);
const store = openStore(path, new Date(start).getTime());

const server = createServer((request, response) => {
  text(request).then(
    async (body) => {
      if (request.url !== "/_test") return serveApi(store, request, response, body);
      const answer = await control(store, JSON.parse(body) as Control).catch((error: unknown) => ({ error: String(error) }));
      store.save();
      response.end(JSON.stringify(answer));
    },
    () => request.socket.destroy(),
  );
});

server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
// Nobody is left who could ask: an orphan ends itself.
process.stdin.on("end", () => process.exit(0)).resume();
