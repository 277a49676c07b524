import { expect, test } from "vitest";
import { codesWithoutClause } from "../reference/codes-page.ts";
import { referencePages } from "../reference/pages.ts";
import { refusalsIn } from "../reference/refusals.ts";
import { table } from "../reference/table.ts";
import { readProjectFile } from "../tidy/source-files.ts";
import { PROJECT } from "./project.ts";

test.each(Object.entries(referencePages(PROJECT)))("%s says what the code says (npm run docs:reference writes it)", (file, text) => {
  expect(readProjectFile(PROJECT, file)).toBe(text);
});

test("every code of the protocol names the clause that raises it", () => {
  expect(codesWithoutClause()).toEqual([]);
});

test("reads refusals out of tables of errors and where one is thrown, and nothing else", () => {
  const text = `
    const raise = errorsOf({ KEY_REVOKED: { status: 401, hint: "Make a new one." }, other: { status: 1, hint: "no" }, HALF: { status: 400 } });
    const known = { FST_ERR: { status: 413, code: "BODY_TOO_LARGE", hint: "Send less." } };
    const error = () => new ApiError(404, "NOT_FOUND", "no such path", { hint: "See /docs." });
    const BUSY: StateRow = { status: 503, code: "BUSY", message: "busy", hint: "Wait." };
    const GONE = "HOST_GONE";
    const gone = () => new ApiError(503, GONE, "gone", { hint: "Try again." });
  `;
  expect(refusalsIn("errors.ts", text)).toEqual([
    { code: "KEY_REVOKED", status: "401", hint: "Make a new one." },
    { code: "BODY_TOO_LARGE", status: "413", hint: "Send less." },
    { code: "NOT_FOUND", status: "404", hint: "See /docs." },
    { code: "BUSY", status: "503", hint: "Wait." },
    { code: "HOST_GONE", status: "503", hint: "Try again." },
  ]);
});

test("a bar inside a cell does not break the table", () => {
  expect(table(["a", "b"], [["x|y", "z"]])).toEqual(["| a | b |", "| --- | --- |", "| x\\|y | z |"]);
});
