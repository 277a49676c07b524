import type { Registration } from "../protocol/documents/registration.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import type { State, StoredModel } from "./state.ts";

/**
 * A model as it stood at a moment; one that was registered later counts as it was registered.
 *
 * @see docs/spec/2-money.md clause 2.21
 */
export function documentAt({ history, document }: StoredModel, at: Date): Registration {
  const time = at.toISOString();
  return history.find(({ until }) => until > time)?.document ?? document;
}

/** Puts another document in the place of the present one, from now on. */
export function changeDocument(state: State, model: StoredModel, document: Registration): void {
  model.history.push({ until: formatTimestamp(state.clock.now()), document: model.document });
  model.document = document;
}
