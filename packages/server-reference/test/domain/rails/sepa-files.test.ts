import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSepaFile, printSepaFile, type SepaFileAnswer } from "../../../src/domain/rails/sepa-service.ts";
import { createManualRail } from "../../../src/rails/manual/manual-rail.ts";
import type { TestApp } from "../../helpers/app.ts";
import { refused } from "../../helpers/refused.ts";
import { file, receive } from "../collections/arrange-money.ts";
import { createHandStage, euroPayee, payOut } from "./hand-stage.ts";

let test: TestApp;
let runId: string;
beforeAll(async () => {
  const stage = await createHandStage();
  ({ test } = stage);
  const ada = await euroPayee(test, "Ada's", "DE89370400440532013000;Ada Lovelace");
  const bob = await euroPayee(test, "Bob's", "FR1420041010050500013M02606;Bob");
  await file(test, stage.company, [
    [ada, "100"],
    [bob, "200"],
  ]);
  await receive(test, stage.company, "90");
  let sent = 0;
  const { state, run_id } = await payOut(test, { goesOn: () => (sent += 1) <= 1 });
  expect(state).toBe("open");
  runId = run_id ?? "";
});
afterAll(() => test.close());

const payments = ({ xml }: SepaFileAnswer): string[] => [...xml.matchAll(/<EndToEndId>(.*?)<\/EndToEndId>/g)].map(([, id = ""]) => id);
const message = ({ xml }: SepaFileAnswer): string | undefined => /<MsgId>(.*?)<\/MsgId>/.exec(xml)?.[1];

describe("files of one run", () => {
  it("are made while the run still sends, each a message of its own, and no payment stands in two", async () => {
    const first = await makeSepaFile(test.ctx, runId);
    expect([first.number, first.count, message(first)]).toEqual([1, 1, runId.replaceAll("-", "")]);
    expect((await refused(makeSepaFile(test.ctx, runId))).code).toBe("SEPA_NOTHING");
    expect((await payOut(test)).state).toBe("closed");
    const made = await Promise.allSettled([makeSepaFile(test.ctx, runId), makeSepaFile(test.ctx, runId)]);
    const [second, ...more] = made.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    if (second === undefined) throw new Error("no file was made");
    expect(more).toEqual([]);
    expect([second.number, second.count, message(second)]).toEqual([2, 1, `${runId.replaceAll("-", "")}-2`]);
    expect(payments(second)).not.toEqual(payments(first));
    expect((await printSepaFile(test.ctx, runId, 1)).xml).toBe(first.xml);
    expect((await printSepaFile(test.ctx, runId, 2)).xml).toBe(second.xml);
  });

  it("hold a transfer once, whoever writes", async () => {
    const again = "insert into omla.sepa_file_transfers select transfer_id, message_id from omla.sepa_file_transfers limit 1";
    const { code } = await refused(test.ctx.db.transaction("payout", {}, (tx) => tx.query(again)));
    expect(code).toBe("TRANSFER_FILED");
  });

  it("hold nothing that nobody knows the way to: by hand it fails, and is payable again", async () => {
    const rail = createManualRail("wise");
    const order = { id: "ab".repeat(32), run: "r", wallet: "omla1abc", destination: " ", currency: "USD", amount: 10_000n };
    await expect(rail.send(order)).rejects.toMatchObject({ code: "RAIL_DESTINATION", definitive: true });
    expect(await rail.send({ ...order, destination: "@bob" })).toMatchObject({ status: "sent" });
  });

  it("are not printed again where a destination was erased, since the bytes would be others", async () => {
    await test.database.owner((client) => client.query("delete from omla.transfer_private"));
    expect((await refused(printSepaFile(test.ctx, runId, 1))).code).toBe("SEPA_FILE_CHANGED");
  });
});
