import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createDatabase, type Database } from "../../src/db/database.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";

/** A wire between the server and PostgreSQL that can be cut. */
interface Wire {
  readonly url: string;
  cut(): void;
  close(): Promise<void>;
}

let database: TestDatabase;
let wire: Wire;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase();
  wire = await openWire(database.appUrl ?? "");
  db = await createDatabase({ url: wire.url, pool: { maxConnections: 2 } });
});
afterEach(async () => {
  await db.close();
  await wire.close();
  await database.close();
});

it("says that the database cannot be reached where a connection breaks during a statement, and goes on with a new one", async () => {
  const asked = db.service((tx) => tx.query("select pg_sleep(1)"));
  await db.service((tx) => tx.query("select 1"));
  wire.cut();
  await expect(asked).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE", status: 503, cause: expect.any(Error) });
  // The other connection may not have heard of its end yet.
  await vi.waitFor(async () => expect((await db.service((tx) => tx.query("select 2 as n"))).rows).toEqual([{ n: 2 }]));
});

it("leaves what PostgreSQL itself refused as it is", async () => {
  await expect(db.service((tx) => tx.query("select 1 / 0"))).rejects.toMatchObject({ code: "22012" });
});

it("says so as well where nobody listens any more", async () => {
  wire.cut();
  await wire.close();
  await expect(db.service((tx) => tx.query("select 1"))).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
  await expect(db.query("anon", "select 1")).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
});

async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const target = new URL(url);
  target.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      cut();
      server.close(() => resolve());
    });
  return { url: target.href, cut, close };
}
