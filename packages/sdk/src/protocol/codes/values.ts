// Codes of amounts, identifiers, texts and reports.

export const ADDRESS_INVALID = ["ADDRESS_INVALID", "Copy the address again from the registry or the model card."] as const;
export const ALLOCATION_INVALID = [
  "ALLOCATION_INVALID",
  "Give distinct receivers, weights of 0 and more, and at least one above 0 where there is something to divide.",
] as const;
export const AMOUNT_INVALID = [
  "AMOUNT_INVALID",
  'Write the amount as a decimal string such as "18400.00", without sign, exponent or superfluous zeros.',
] as const;
export const AMOUNT_RANGE = ["AMOUNT_RANGE", "Amounts are below 10^12 units of their currency."] as const;
export const CANONICAL_JSON = [
  "CANONICAL_JSON",
  "Use strings, booleans, null, safe integers, arrays and objects only; write decimals as strings.",
] as const;
export const COUNT_INVALID = ["COUNT_INVALID", "Give a whole number between 0 and 2^53 - 1."] as const;
export const DECIMAL_INVALID = [
  "DECIMAL_INVALID",
  'Write a decimal string such as "0.40", without sign, exponent or superfluous zeros.',
] as const;
export const FEE_RANGE = ["FEE_RANGE", "A conversion fee is 0 to 50 percent with at most six places."] as const;
export const HOSTER_SHARE_RANGE = ["HOSTER_SHARE_RANGE", "The hosters' share is 0 to 50 percent with at most six places."] as const;
export const LIMIT_EXCEEDED = ["LIMIT_EXCEEDED", "Split the input, or raise the limit where you run the code yourself."] as const;
export const MODEL_DUPLICATE = ["MODEL_DUPLICATE", "A report has one line per model: name each model once."] as const;
export const QUARTER_INVALID = ["QUARTER_INVALID", 'Write a quarter such as "2026-Q3".'] as const;
export const RATE_RANGE = ["RATE_RANGE", "A royalty rate is 0 to 1 with at most six places."] as const;
export const ROYALTY_MISMATCH = ["ROYALTY_MISMATCH", "Leave the figure out, or send the one that is named as expected."] as const;
export const TIMESTAMP_INVALID = ["TIMESTAMP_INVALID", "Write times in UTC as YYYY-MM-DDTHH:MM:SSZ, without fractions."] as const;
export const WEIGHT_RANGE = ["WEIGHT_RANGE", "A weight is 0 to 1 with at most six places."] as const;
export const WEIGHT_SUM = ["WEIGHT_SUM", "The weights sum to at most 1, external parents included."] as const;
