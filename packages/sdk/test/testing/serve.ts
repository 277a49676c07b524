import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createTestRegistry, type TestRegistry, type TestRegistryOptions } from "@omla/sdk/testing";

/** The testing kit behind a real HTTP listener, for programs that run in a process of their own; closed when the test ends. */
export async function serveTestRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const answering: { registry?: TestRegistry } = {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { registry } = answering;
      const body = Buffer.concat(chunks);
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]);
      const init = { method: request.method ?? "GET", headers, ...(body.length === 0 ? {} : { body }) };
      registry?.fetch(new Request(registry.url + (request.url ?? "/"), init)).then(
        async (answer) => {
          response.writeHead(answer.status, Object.fromEntries(answer.headers));
          response.end(Buffer.from(await answer.arrayBuffer()));
        },
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  answering.registry = await createTestRegistry({ ...options, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return answering.registry;
}
