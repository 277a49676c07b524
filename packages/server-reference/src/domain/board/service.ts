import { ApiError } from "../../api-error.ts";
import type { Tx } from "../../db/database.ts";
import { appendAudit } from "../audit/repository.ts";
import { EMAIL } from "../companies/schema.ts";
import { insertBoardMember } from "./repository.ts";

/** Adds a reviewer to the board. @throws {ApiError} EMAIL_INVALID | BOARD_MEMBER_EXISTS */
export async function addBoardMember(tx: Tx, email: string): Promise<string> {
  if (!EMAIL.safeParse(email).success)
    throw new ApiError(400, "EMAIL_INVALID", `${email} is no e-mail address.`, { hint: "Write it as name@example.org." });
  const id = await insertBoardMember(tx, email);
  await appendAudit(tx, {
    actor: "system",
    action: "board.add",
    entity: "board_member",
    entityId: id,
    detail: { after: { role: "reviewer" } },
  });
  return id;
}
