import type { BadgeState } from "../state.ts";

/** What stands on the badge: short, at most about 22 characters; `{host}` is the registry that is claimed. */
export type Labels = Readonly<Record<BadgeState, string>>;

/** What stands in the details panel beside the labels. */
export interface Details {
  /** One sentence for each state: what it means to a visitor. */
  readonly explain: Readonly<Record<BadgeState, string>>;
  readonly wallet: string;
  readonly copy: string;
  readonly copied: string;
  readonly kind: string;
  /** The kinds of the protocol; a registry may have others, which are shown as it names them. */
  readonly kinds: Readonly<Record<"model" | "dataset" | "likeness" | "artwork", string>>;
  readonly license: string;
  readonly personalUse: string;
  /** `{rate}` is a percentage. */
  readonly commercialUse: string;
  readonly stateSince: string;
  readonly asOf: string;
  readonly lastAnswer: string;
  readonly checks: string;
  readonly check: Readonly<Record<"signature" | "registry" | "page" | "weights", string>>;
  readonly result: Readonly<Record<"passed" | "failed" | "skipped", string>>;
  readonly whoIsPaid: string;
  readonly builtOn: string;
  readonly noParents: string;
  /** `{count}` further rows are not shown. */
  readonly more: string;
  readonly notLoaded: string;
  readonly openRegistry: string;
  readonly close: string;
}
