export {
  batchSchema,
  hosterClaimSchema,
  hosterReportSchema,
  hosterVerificationSchema,
  keyChallengeSchema,
  keyRotationSchema,
  privatePartSchema,
  sidecarSchema,
  signInSchema,
  statementSchema,
} from "./documents.ts";
export { mutationSchema } from "./mutation.ts";
export { recoveryProofSchema, registrationSchema } from "./registration.ts";
export { pipelineEntrySchema, plainEntrySchema, type ReportInputBody, reportInputSchema } from "./report-input.ts";
export { schemaFault } from "./schema-fault.ts";
export { blacklistSchema, heartbeatSchema, keysetSchema } from "./signed-files.ts";
