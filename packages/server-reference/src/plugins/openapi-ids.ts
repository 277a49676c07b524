/** Where operations stand; the board's and the dialect's names say so, the others' do not. */
const MOUNTS: readonly (readonly [path: RegExp, prefix: string])[] = [
  [/^\/functions\/v1\//, ""],
  [/^\/rest\/v1\/rpc\//, ""],
  [/^\/rest\/v1\//, "rest"],
  [/^\/admin\/v1\//, "board"],
  [/^\/api\//, ""],
  [/^\//, ""],
];

/** A collection, to which a POST adds; what is no plural is an act already, as "approve" and "dismiss". */
const PLURAL = /[^s]s$/;

/**
 * The stable name of an operation, from its method and path alone: `POST /functions/v1/submit-report` is `submitReport`,
 * `GET /admin/v1/audits/{id}` is `boardGetAuditsById`.
 */
export function operationIdOf(method: string, path: string): string {
  const [mount, prefix] = MOUNTS.find(([known]) => known.test(path)) ?? [/^/, ""];
  const segments = path.replace(mount, "").split("/").filter(Boolean);
  const names = segments.filter((segment) => !segment.startsWith("{")).map((segment) => segment.replace(/^\.|\.json$/g, ""));
  const named = segments.filter((segment) => segment.startsWith("{")).map((segment) => segment.slice(1, -1));
  const by = named.length === 0 ? [] : ["by", ...named];
  return camelCase([prefix, verbOf(method, segments.at(-1) ?? "", mount), ...names, ...by].join("-"));
}

function verbOf(method: string, last: string, mount: RegExp): string {
  if (method !== "post") return method;
  if (last.startsWith("{")) return "change";
  // An action is a verb by itself, whatever it ends with.
  return PLURAL.test(last) && !mount.test("/functions/v1/") && !mount.test("/rest/v1/rpc/") ? "add" : "";
}

function camelCase(text: string): string {
  const [first = "", ...others] = text.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return [first, ...others.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))].join("");
}
