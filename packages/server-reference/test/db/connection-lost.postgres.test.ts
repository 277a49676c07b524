import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createDatabase, type Database } from "../../src/db/database.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";

/** A wire between the server and PostgreSQL that can be cut. */
interface Wire {
  readonly url: string;
  cut(): void;
  /** Forwards nothing more on what is open, and says so to nobody: a host that vanished. */
  silence(): void;
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

it("gives up a host that vanished without a word, and goes on with a new connection", { timeout: 30_000 }, async () => {
  await db.service((tx) => tx.query("select 1"));
  wire.silence();
  const began = Date.now();
  await expect(db.service((tx) => tx.query("select 2"))).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE", status: 503 });
  // The two seconds that PostgreSQL has for a statement, and five of silence.
  expect(Date.now() - began).toBeLessThan(9_000);
  expect((await db.service((tx) => tx.query("select 3 as n"))).rows).toEqual([{ n: 3 }]);
});

it("waits as long as a transaction allows its statements, however long that is", { timeout: 30_000 }, async () => {
  const slow = (statementTimeoutMs: number) => db.service((tx) => tx.query("select pg_sleep(7.5)"), { statementTimeoutMs });
  await expect(Promise.all([slow(0), slow(9_000)])).resolves.toHaveLength(2);
});

async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const silent = new WeakSet<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    near.on("data", (bytes) => silent.has(near) || far.write(bytes));
    far.on("data", (bytes) => silent.has(near) || near.write(bytes));
    near.on("end", () => far.end());
    far.on("end", () => near.end());
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
  const silence = (): void => {
    for (const socket of sockets) silent.add(socket);
  };
  return { url: target.href, cut, silence, close };
}
