export type { AddedCompany, TestCompanyInput } from "./companies.ts";
export { type AddedModel, createTestRegistry, type TestRegistry, type TestRegistryOptions } from "./create-test-registry.ts";
export type { TestPayment } from "./payments.ts";
export type { TestRate } from "./rates.ts";
export type { Duration, TestClock } from "./test-clock.ts";
