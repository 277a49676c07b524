import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** One object of the API, as it is shown. */
export type Resource = { readonly id: string; readonly object: string; readonly created: number } & Record<string, unknown>;

/** What a key was used for and what was answered; Stripe keeps errors of an executed request as well. */
export interface Remembered {
  readonly fingerprint: string;
  readonly at_ms: number;
  readonly status: number;
  readonly body: unknown;
}

/** What goes wrong with the next requests to a path. */
export interface Fault {
  readonly path: string;
  readonly kind: FaultKind;
  times: number;
}

export type FaultKind =
  | "rate_limited"
  | "conflict"
  | "timeout_before"
  | "timeout_after"
  | "slow"
  | "reset"
  | "error_before"
  | "error_after"
  | "unavailable";

/** The whole of this Stripe; it lies in a file, so that it outlives whoever talks to it, and itself. */
export interface State {
  now_ms: number;
  sequence: number;
  readonly objects: Record<string, Resource>;
  readonly keys: Record<string, Remembered>;
  /** Available, in minor units by currency. */
  readonly balances: Record<string, number>;
  readonly events: Resource[];
  faults: Fault[];
}

export interface Store {
  readonly state: State;
  save(): void;
}

export function openStore(path: string, nowMs: number): Store {
  const state = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as State) : emptyState(nowMs);
  return {
    state,
    save: () => {
      writeFileSync(`${path}.draft`, JSON.stringify(state));
      renameSync(`${path}.draft`, path);
    },
  };
}

function emptyState(now_ms: number): State {
  return { now_ms, sequence: 0, objects: {}, keys: {}, balances: {}, events: [], faults: [] };
}

const EVENT_VERSION = "2026-10-28.endive";

/** What the handlers of the API work with. */
export class Desk {
  readonly state: State;

  constructor(state: State) {
    this.state = state;
  }

  get created(): number {
    return Math.floor(this.state.now_ms / 1_000);
  }

  nextId(prefix: string): string {
    this.state.sequence += 1;
    return `${prefix}_${String(this.state.sequence).padStart(14, "0")}`;
  }

  add(prefix: string, object: string, fields: Record<string, unknown>): Resource {
    const resource = { id: this.nextId(prefix), object, created: this.created, livemode: false, ...fields };
    this.state.objects[resource.id] = resource;
    return resource;
  }

  change(resource: Resource, fields: Record<string, unknown>): Resource {
    const changed = { ...resource, ...fields };
    this.state.objects[resource.id] = changed;
    return changed;
  }

  find(id: string, object: string): Resource {
    const found = this.state.objects[id];
    if (found?.object === object) return found;
    throw new StripeFault(404, "invalid_request_error", `No such ${object}: '${id}'`, "resource_missing");
  }

  all(object: string): Resource[] {
    const resources = Object.values(this.state.objects).filter((resource) => resource.object === object);
    return resources.toReversed();
  }

  tell(type: string, object: Resource, account?: string): void {
    this.state.events.push({
      id: this.nextId("evt"),
      object: "event",
      api_version: EVENT_VERSION,
      created: this.created,
      livemode: false,
      type,
      ...(account === undefined ? {} : { account }),
      data: { object: structuredClone(object) },
      request: { id: null, idempotency_key: null },
      pending_webhooks: 1,
    });
  }

  book(currency: string, amount: number): void {
    this.state.balances[currency] = (this.state.balances[currency] ?? 0) + amount;
  }
}

/** A refusal in Stripe's form. */
export class StripeFault extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | undefined;
  readonly param: string | undefined;

  constructor(status: number, type: string, message: string, code?: string, param?: string) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
  }

  get body(): object {
    return { error: { type: this.type, code: this.code, param: this.param, message: this.message } };
  }
}
