// Codes of lineages and of who is paid.

export const LINEAGE_CYCLE = ["LINEAGE_CYCLE", "A model cannot descend from itself: remove one edge of the named cycle."] as const;
export const LINEAGE_POLICY = [
  "LINEAGE_POLICY",
  'The lineage policy is "sequential" or "declared", as the registry announces it.',
] as const;
export const LINEAGE_TOO_DEEP = [
  "LINEAGE_TOO_DEEP",
  "Declare a nearer ancestor as parent, or ask the registry for a higher limit.",
] as const;
export const LINEAGE_TOO_LARGE = ["LINEAGE_TOO_LARGE", "Declare fewer ancestors, or ask the registry for a higher limit."] as const;
export const MODEL_NOT_FOUND = ["MODEL_NOT_FOUND", "Pass the model itself among the models, or correct its id."] as const;
export const PARENTS_TOO_MANY = ["PARENTS_TOO_MANY", "Declare fewer parents, or ask the registry for a higher limit."] as const;
export const PARENT_DUPLICATE = ["PARENT_DUPLICATE", "Declare one edge per parent and add the weights."] as const;
export const PARENT_SELF = ["PARENT_SELF", "Remove the edge that points to the model itself."] as const;
export const PARENT_UNKNOWN = [
  "PARENT_UNKNOWN",
  "Correct the parent if it is registered here; a parent outside the registry receives nothing.",
] as const;
export const SPLITS_TOO_MANY = ["SPLITS_TOO_MANY", "Name fewer receivers, or ask the registry for a higher limit."] as const;
export const SPLIT_DUPLICATE = ["SPLIT_DUPLICATE", "Name each wallet once and add its percentages."] as const;
export const SPLIT_RANGE = ["SPLIT_RANGE", "A split is above 0 and at most 100 percent, with at most six places."] as const;
export const SPLIT_SUM = ["SPLIT_SUM", "The percentages of a set of splits sum to exactly 100."] as const;
export const WALLET_UNKNOWN = ["WALLET_UNKNOWN", "Check the address, or register the wallet; what it is given waits until then."] as const;
export const WALLET_WITHOUT_RAIL = [
  "WALLET_WITHOUT_RAIL",
  "Set the wallet's payment rail with its owner's key; what it is given waits until then.",
] as const;
