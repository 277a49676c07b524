export type { RestAnswer } from "./answer.ts";
export { createRest, type Rest } from "./create-rest.ts";
export { RestError } from "./rest-error.ts";
export type { RestRequest } from "./rest-request.ts";
