export { closingLine, describeFailures, describeReport } from "./describe-report.ts";
export type { Implementation, OperationInputs, OperationName } from "./implementation.ts";
export { PROTOCOL } from "./protocol-implementation.ts";
export { knownVectorFiles, runVectorFile, type VectorReport, type VectorResult } from "./run-vector-file.ts";
