export type { LanguageCode } from "./speech.ts";
export { createLookup, type Lookup, type LookupOptions, type LookupRequest } from "./lookup.ts";

export { createMemory, type LastKnown, type Memory } from "./memory.ts";
export { OmlaBadge } from "./omla-badge.ts";
export { DEFAULT_REGISTRIES } from "./registries.ts";
export type { RegistryRecord } from "./registry-record.ts";
export { APPEARANCE, type Appearance, type BadgeState, type ColourRole, type ComplianceState, type Tone } from "./state.ts";
export type { CheckName, Verdict } from "./verdict.ts";
export { type Hub, snippetFor, type SnippetModel, type SnippetScript } from "./snippet.ts";
