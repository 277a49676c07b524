import { isTime } from "./registry-record.ts";
import { type ComplianceState, isComplianceState } from "./state.ts";

/** The last verified answer about a model: shown with its date, and never green, while its registry cannot be reached. */
export interface LastKnown {
  readonly state: ComplianceState;
  readonly as_of: string;
}

/** Keeps last answers across visits. */
export interface Memory {
  recall(key: string): LastKnown | undefined;
  remember(entries: readonly (readonly [key: string, last: LastKnown])[]): void;
}

const NAME = "omla-badge/1";
const MAX_ENTRIES = 200;

/**
 * A memory in the page's own storage; where that is full, forbidden or filled by somebody else it forgets in silence, since nothing that
 * is proven depends on it.
 */
export function createMemory(storage: () => Storage = () => localStorage): Memory {
  const read = (): Map<string, LastKnown> => {
    try {
      return new Map(JSON.parse(storage().getItem(NAME) as string) as [string, LastKnown][] | null);
    } catch {
      return new Map();
    }
  };
  return {
    recall(key) {
      const { state, as_of } = read().get(key) ?? {};
      return isComplianceState(state) && isTime(as_of) ? { state, as_of } : undefined;
    },
    remember(entries) {
      const known = read();
      for (const [key, { state, as_of }] of entries) {
        known.delete(key);
        known.set(key, { state, as_of });
      }
      try {
        storage().setItem(NAME, JSON.stringify([...known].slice(-MAX_ENTRIES)));
      } catch {
        // Costs the memory only.
      }
    },
  };
}
