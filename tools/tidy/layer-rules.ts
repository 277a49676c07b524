/** What the files of one place may import: the project's files by path, other modules by name. */
export interface Allowance {
  readonly place: string;
  readonly files: RegExp;
  readonly may: readonly RegExp[];
}

/** An arrow that must not be drawn, whatever a package may import as a whole. */
export interface Ban {
  readonly from: RegExp;
  readonly to: RegExp;
  readonly because: string;
}

const sdk = "packages/sdk/src";
const server = "packages/server-reference";
const node = /^node:/;
const protocolEntry = /^@omla\/sdk\/protocol$/;

/** The first row whose `files` match holds; code under `packages` without a row is a fault of this table. */
export const ALLOWANCES: readonly Allowance[] = [
  { place: "sdk schemas", files: /^packages\/sdk\/src\/protocol\/schemas\//, may: [/^packages\/sdk\/src\/protocol\//, /^zod$/] },
  {
    place: "sdk protocol",
    files: /^packages\/sdk\/src\/protocol\//,
    may: [/^packages\/sdk\/src\/protocol\/(?!schemas\/)/, /^@noble\/ed25519$/, /^@scure\/base$/],
  },
  {
    place: "sdk conformance, the part that reads folders",
    files: /^packages\/sdk\/src\/conformance\/node\.ts$/,
    may: [/^packages\/sdk\/src\/(conformance|protocol)\//, node],
  },
  { place: "sdk conformance", files: /^packages\/sdk\/src\/conformance\//, may: [/^packages\/sdk\/src\/(conformance|protocol)\//] },
  {
    place: "sdk client",
    files: /^packages\/sdk\/src\/(client\/|index\.ts$)/,
    may: [/^packages\/sdk\/src\/(client|protocol)\//, /^packages\/sdk\/package\.json$/, /^ky$/, /^zod$/],
  },
  {
    place: "sdk testing kit",
    files: /^packages\/sdk\/src\/testing\//,
    may: [/^packages\/sdk\/src\/(testing|client|protocol)\//, /^msw$/, /^zod$/],
  },
  {
    place: "sdk command line",
    files: /^packages\/sdk\/src\/(cli|bin)\//,
    may: [/^packages\/sdk\/src\/(?!testing\/)/, /^packages\/sdk\/package\.json$/, node, /^yaml$/],
  },

  {
    place: "verifier command line",
    files: /^packages\/verifier\/src\/(cli|bin)\//,
    may: [/^packages\/verifier\/(src\/|package\.json$)/, protocolEntry, /^@omla\/sdk\/conformance(\/node)?$/, node],
  },
  {
    place: "verifier adapters",
    files: /^packages\/verifier\/src\/adapters\//,
    may: [/^packages\/verifier\/src\/(?!cli\/)/, protocolEntry, /^(fastify|express|hono)$/],
  },
  { place: "verifier", files: /^packages\/verifier\/src\//, may: [/^packages\/verifier\/src\/(?!cli\/|adapters\/)/, protocolEntry, node] },

  { place: "widget", files: /^packages\/widget\/src\//, may: [/^packages\/widget\/src\//, protocolEntry, /^lit(\/|$)/] },

  {
    place: "server console",
    files: /^packages\/server-reference\/console\//,
    may: [/^packages\/server-reference\/console\//, /^@omla\/sdk(\/protocol)?$/, /^@omla\/widget(\/|$)/, /^lit(\/|$)/],
  },
  {
    place: "server demo and command line",
    files: /^packages\/server-reference\/src\/((demo|cli|bin)\/|db\/conformance\.ts$)/,
    may: [
      /^packages\/server-reference\/(src\/|package\.json$)/,
      /^@omla\/sdk(\/(protocol|protocol\/schemas|conformance|conformance\/node))?$/,
      /^@omla\/(verifier|widget)(\/|$)/,
      /^(?!@omla\/|packages\/)/,
    ],
  },
  {
    place: "server",
    files: /^packages\/server-reference\/src\//,
    may: [/^packages\/server-reference\/(src\/|package\.json$)/, /^@omla\/sdk\/protocol(\/schemas)?$/, /^(?!@omla\/|packages\/)/],
  },
];

const domain = `^${server}/src/domain/`;
const routes = new RegExp(`${domain}.*routes(\\.ts$|/)`);
const repository = new RegExp(`${domain}.*repository(\\.ts$|/)`);
const service = new RegExp(`${domain}.*service(\\.ts$|/)`);
const below = (...folders: string[]): RegExp => new RegExp(`^${server}/src/(${folders.join("|")})/`);

/** The arrows of the server: routes → service → repository → db; nothing → routes. */
export const BANS: readonly Ban[] = [
  {
    from: new RegExp(`^${server}/src/(?!app\\.ts$|(?:.*/)?routes\\.ts$)`),
    to: routes,
    because: "only app.ts and routes.ts, which put the surface together, import routes",
  },
  { from: routes, to: repository, because: "routes call a service; SQL stays behind it" },
  { from: routes, to: below("db"), because: "routes call a service; the database stays behind it" },
  { from: repository, to: service, because: "a repository holds SQL only; rules are above it" },
  { from: service, to: below("plugins"), because: "a service knows no HTTP" },
  { from: repository, to: below("plugins"), because: "a repository knows no HTTP" },
  {
    from: below("db"),
    to: below("domain", "plugins", "ledger", "jobs", "postgrest", "demo"),
    because: "the database layer is the floor of the server",
  },
  { from: below("postgrest"), to: below("domain", "ledger", "rails", "jobs"), because: "the dialect knows nothing of our tables" },
  {
    from: below("rails"),
    to: below("domain", "db", "ledger", "plugins", "jobs"),
    because: "a rail knows its provider, not the registry; the port is all that the registry knows of it",
  },
  {
    from: below("ledger"),
    to: below("domain", "rails", "plugins", "jobs"),
    because: "the ledger stands below everything that moves money",
  },
  {
    from: new RegExp(`^${server}/src/domain/(?!payouts/|collections/|rails/)`),
    to: below("rails"),
    because: "only payouts, collections and jobs move money over a rail",
  },
  {
    from: /^packages\/[^/]+\/src\/(?!demo\/|cli\/|bin\/)/,
    to: below("demo"),
    because: "the demonstration uses the product, not the other way round",
  },
  {
    from: new RegExp(`^${sdk}/(?!protocol/ed25519-noble\\.ts$)`),
    to: /^@noble\/ed25519$/,
    because: "noble is loaded by its own back end only, where native Ed25519 is missing",
  },
  { from: /^packages\/[^/]+\/src\//, to: /^packages\/[^/]+\/test\//, because: "shipped code does not import tests" },
  { from: /^packages\//, to: /^(tools|bench|examples)\//, because: "packages do not import the workshop" },
];
