export type { RestAnswer } from "./answer.ts";
export { type Bounds, DEFAULT_BOUNDS } from "./bounds.ts";
export { createRest, type Rest, type RestOptions } from "./create-rest.ts";
export { RestError, type RestErrorBody } from "./rest-error.ts";
export type { RestRequest } from "./rest-request.ts";
