import type { JsonValue } from "@omla/sdk/protocol";
import type * as z from "zod";
import type { AppContext } from "../../context.ts";
import type { Tx } from "../../db/database.ts";
import type { BoardRole } from "../../principal.ts";

/** What an executed proposal knows of itself. */
export interface Execution<Content> {
  readonly approvalId: string;
  readonly subject: string;
  readonly content: Content;
  readonly proposedBy: string;
  readonly approvedBy: string;
}

/** One kind of act that needs two members of the board. */
export interface BoardAction<Content> {
  /** What both members must be. */
  readonly role: BoardRole;
  readonly about: string;
  /** Checked when it is proposed, and read again when it is carried out. */
  readonly content: z.ZodType<Content>;
  /**
   * The facts that the decision stands on, as plain JSON; where they change before the second signature, the proposal is refused.
   *
   * @throws {ApiError} where there is no such subject
   */
  readonly groundsOf: (ctx: AppContext, tx: Tx, subject: string, content: Content) => Promise<JsonValue>;
  /** Carries it out, in the transaction that marks the proposal as executed; what throws leaves it open. */
  readonly execute: (ctx: AppContext, tx: Tx, execution: Execution<Content>) => Promise<object>;
}

/** An action whose content was forgotten by the types, and is read by its own schema. */
export interface AnyBoardAction extends Pick<BoardAction<never>, "role" | "about"> {
  readonly groundsOf: (ctx: AppContext, tx: Tx, subject: string, content: unknown) => Promise<JsonValue>;
  readonly execute: (ctx: AppContext, tx: Tx, execution: Execution<unknown>) => Promise<object>;
  /** @throws {z.ZodError} */
  readonly readContent: (content: unknown) => unknown;
}

/** Puts an action into the form of the table of actions. */
export function boardAction<Content>(action: BoardAction<Content>): AnyBoardAction {
  const read = (content: unknown): Content => action.content.parse(content);
  return {
    role: action.role,
    about: action.about,
    readContent: read,
    groundsOf: (ctx, tx, subject, content) => action.groundsOf(ctx, tx, subject, read(content)),
    execute: (ctx, tx, execution) => action.execute(ctx, tx, { ...execution, content: read(execution.content) }),
  };
}
