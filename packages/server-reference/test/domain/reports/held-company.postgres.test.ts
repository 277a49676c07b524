import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockCompany } from "../../../src/domain/collections/line-repository.ts";
import { createTestApp, type TestApp } from "../../helpers/app.ts";
import { type Company, registerCompany, registerModel } from "../../helpers/factories.ts";

let test: TestApp;
let report: object;
beforeAll(async () => {
  test = await createTestApp();
  const { address } = await registerModel(test);
  report = { quarter: "2026-Q2", entries: [{ model: address, inferences: 1, revenue_usd: "10", run_cost_usd: "0" }] };
});
afterAll(() => test.close());

const file = ({ api_key }: Company): ReturnType<TestApp["post"]> => test.post("/functions/v1/submit-report", report, api_key);

describe("a company that somebody holds", () => {
  it("files when it is free again, and nobody who files at the same moment waits for it", async () => {
    const [held, free, other] = [await registerCompany(test), await registerCompany(test), await registerCompany(test)];
    const { isHeld, release } = holdCompany(held);
    await isHeld;
    const answered: string[] = [];
    const waiting = file(held).finally(() => answered.push("held"));
    const others = await Promise.all([file(free), file(other)]);
    expect(others.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(answered).toEqual([]);
    await release();
    expect((await waiting).statusCode).toBe(201);
  });
});

function holdCompany({ company_id }: Company): { readonly isHeld: Promise<void>; readonly release: () => Promise<void> } {
  const [isHeld, begin] = signal();
  const [isOver, end] = signal();
  const done = test.ctx.db.service(async (tx) => {
    await lockCompany(tx, company_id);
    begin();
    await isOver;
  });
  const release = async (): Promise<void> => {
    end();
    await done;
  };
  return { isHeld, release };
}

function signal(): [Promise<void>, () => void] {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return [given, () => give()];
}
