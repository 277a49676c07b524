// Codes of `omla.json`.

export const SIDECAR_KEY = [
  "SIDECAR_KEY",
  "Make the sidecar again with the model's current key; otherwise it was made by somebody else.",
] as const;
export const SIDECAR_LOCATION = ["SIDECAR_LOCATION", "This is a copy; look for the model where its sidecar says."] as const;
export const SIDECAR_LOCATIONS = [
  "SIDECAR_LOCATIONS",
  "Add the addresses where the weights are offered to locations, and sign again.",
] as const;
export const SIDECAR_MODEL = ["SIDECAR_MODEL", "Take the sidecar that belongs to this model."] as const;
export const SIDECAR_REGISTRY = [
  "SIDECAR_REGISTRY",
  "Name a registry that you trust; one that only the sidecar names proves nothing.",
] as const;
export const SIDECAR_UNREGISTERED = [
  "SIDECAR_UNREGISTERED",
  "Register the model at this registry, or ask the one where it is registered.",
] as const;
export const SIDECAR_UNSIGNED = ["SIDECAR_UNSIGNED", "Sign omla.json with the model's key: omla init --help."] as const;
export const SIDECAR_WALLET = [
  "SIDECAR_WALLET",
  "Make the sidecar again with the wallet that is registered; otherwise money would be sent elsewhere.",
] as const;
export const SIDECAR_WEIGHTS = [
  "SIDECAR_WEIGHTS",
  "These are other weights than the signed ones; download them again or add their hash and sign again.",
] as const;
