/** What every route of the board says of itself: nobody forgets who may call it. */
export const READ = { access: "board", rate: "board" } as const;
export const ACT = { access: "board", rate: "board" } as const;
/** Needs a code of the last five minutes. */
export const ACT_FRESH = { access: "board", rate: "board", fresh: true } as const;
export const PAYOUT_ACT_FRESH = { access: "board", rate: "board", role: "payout", fresh: true } as const;

/** How OpenAPI lists it. */
export function doc(noun: string, summary: string): { tags: string[]; security: { board: string[] }[]; summary: string } {
  return { tags: [`board: ${noun}`], security: [{ board: [] }], summary };
}
