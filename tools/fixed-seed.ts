import fc from "fast-check";

/** Properties draw the same values in every run: what is green stays green until the code changes. `npm run test:long` draws new ones. */
const SEED = 20_261_120;

if (globalThis.process?.env?.["OMLA_TEST_LONG"] !== "1") fc.configureGlobal({ seed: SEED });
