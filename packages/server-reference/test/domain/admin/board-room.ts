import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { signedInMember, signIn, type TestMember } from "../../helpers/board.ts";

/** A registry for the tests of one file, with two members who may pay out and who sign in before each test. */
export interface BoardRoom {
  readonly test: TestApp;
  readonly first: TestMember;
  readonly second: TestMember;
  /** Posts to a path of the board, by the first member where none is named. */
  act(path: string, body: object, member?: TestMember): Promise<LightMyRequestResponse>;
  look(path: string): Promise<Record<string, never>>;
  stateOf(id: string): Promise<unknown>;
  /** Files a complaint of Ms Doe. */
  complain(kind: string, id: string, more?: object): Promise<FiledComplaint>;
}

export interface FiledComplaint {
  readonly id: string;
  readonly receipt: string;
}

export const LISTING = { reason: "FALSE_REPORT", note: "The figures were invented." } as const;

/** Status and code of an answer. */
export const said = ({ statusCode, body }: LightMyRequestResponse): [number, string | undefined] => [
  statusCode,
  (JSON.parse(body || "{}") as { code?: string }).code,
];

/** @param opensAt - what the clock says when the room opens, where it is not the tests' usual moment */
export function useBoardRoom(opensAt?: string): BoardRoom {
  let [test, first, second]: [TestApp, TestMember, TestMember] = [] as never;
  beforeAll(async () => {
    test = await createTestApp();
    if (opensAt !== undefined) test.clock.set(opensAt);
    first = await signedInMember(test, "payout");
    second = await signedInMember(test, "payout");
  });
  beforeEach(async () => {
    await signIn(test, first);
    await signIn(test, second);
  });
  afterAll(() => test.close());
  return {
    get test() {
      return test;
    },
    get first() {
      return first;
    },
    get second() {
      return second;
    },
    act: (path, body, member = first) => test.post(`/admin/v1/${path}`, body, member.token),
    look: async (path) => (await test.get(`/admin/v1/${path}`, { authorization: `Bearer ${first.token}` })).json(),
    stateOf: async (id) => (await test.rows("select state, previous_state from omla.compliance_state where id = $1", [id]))[0],
    complain: async (kind, id, more = {}) => {
      const body = { target: { kind, id }, reason: "OTHER", description: "Ms Doe saw it.", contact_email: "doe@example.org", ...more };
      const { receipt } = (await test.post("/functions/v1/file-complaint", body)).json() as { receipt: string };
      return { receipt, id: String((await test.rows("select id from omla.complaints where receipt = $1", [receipt]))[0]?.["id"]) };
    },
  };
}
