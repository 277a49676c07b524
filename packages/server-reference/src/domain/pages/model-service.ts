import { assertAddress, isAddress } from "@omla/sdk/protocol";
import type { AppContext } from "../../context.ts";
import {
  findChildren,
  findModelFacts,
  findParents,
  findSharedOut,
  type ModelFacts,
  type Relative,
  type SharedOut,
} from "./model-repository.ts";

export interface ModelView {
  readonly address: string;
  readonly model: ModelFacts;
  readonly parents: readonly Relative[];
  readonly children: readonly Relative[];
  readonly shares: readonly SharedOut[];
}

const TIMEOUT_MS = 500;

/** What a stranger may see of the model of an address, in either case of letters; undefined where there is none. */
export async function modelViewOf(ctx: AppContext, text: string): Promise<ModelView | undefined> {
  if (!isAddress(text)) return undefined;
  const address = assertAddress(text, "address");
  const view = await ctx.db.transaction(
    "anon",
    { role: "anon" },
    async (tx) => {
      const model = await findModelFacts(tx, address);
      if (model === undefined) return undefined;
      const parents = await findParents(tx, model.id);
      const children = await findChildren(tx, model.id);
      return { address, model, parents, children, shares: await findSharedOut(tx, model.id) };
    },
    { readOnly: true, statementTimeoutMs: TIMEOUT_MS },
  );
  return view;
}
