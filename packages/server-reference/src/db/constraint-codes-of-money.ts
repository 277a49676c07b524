import { type CodeRow, FIX_FIELD } from "./constraint-code.ts";

/** Codes of amounts, reports, rates, forms, payments and payouts. */
export const MONEY_CODES = {
  AMOUNT_RANGE: {
    status: 422,
    message: "An amount is out of range.",
    hint: "Amounts are not negative and below 10^12.",
    constraints: `
      payments_fx_rate_range payments_settled_amount_range usd_range
      collection_allocations_amount_not_zero collection_refunds_amount_positive collections_amount_positive collections_fee_range
      collections_value_positive payment_request_lines_amount_positive payment_requests_amount_positive
      distributions_amount_not_zero transfers_amount_range transfers_rail_fee_range transfers_fx_usd_range
      transfers_actual_fee_range transfers_rate_range transfer_returns_amount_range`,
  },
  COUNT_INVALID: {
    status: 422,
    message: "A count is a whole number from 0 to 2^53 - 1.",
    hint: FIX_FIELD,
    constraints: `
      hoster_volume_reports_inferences_range usage_disputes_proposed_inferences_range usage_reports_inferences_range`,
  },
  CURRENCY_BASE: {
    status: 422,
    message: "Everything is computed in dollars.",
    hint: "Leave USD active.",
    constraints: "currency_registry_base",
  },
  CURRENCY_UNKNOWN: {
    status: 422,
    message: "This registry has no such currency.",
    hint: "See currency_registry for the codes.",
    constraints: `
      creator_currency_prefs_code_fkey fx_drift_flags_code_fkey fx_rates_code_fkey payments_settled_currency_fkey
      remitter_conversion_fees_from_code_fkey remitter_conversion_fees_to_code_fkey remitter_currencies_code_fkey
      collections_currency_fkey
      transfers_currency_fkey payout_positions_currency_fkey`,
  },
  FEE_RANGE: {
    status: 422,
    message: "A conversion fee is between 0 and 50, with at most six places, between two currencies.",
    hint: FIX_FIELD,
    constraints: `
      fee_range payments_fee_range remitter_conversion_fees_codes_differ remitter_conversion_fees_pkey
      distributions_fee_range`,
  },
  FX_RATE_BASE: {
    status: 422,
    message: "A dollar is a dollar.",
    hint: "Post rates of other currencies.",
    constraints: "fx_rates_base",
  },
  FX_RATE_EXISTS: {
    status: 409,
    message: "Another rate of this currency was posted for this moment.",
    hint: "Post the rate of a later moment.",
    constraints: "fx_rate_exists",
  },
  FX_RATE_RANGE: {
    status: 422,
    message: "A rate is above 0 and below 10^12, with at most 18 places.",
    hint: FIX_FIELD,
    constraints: "fx_rates_rate_range",
  },
  FX_RATE_TIME: {
    status: 422,
    message: "The rate is of a moment that has not come.",
    hint: "Give the time at which the source said so.",
    constraints: "fx_rates_times",
  },
  LEDGER_CONFLICT: {
    status: 409,
    message: "This movement was posted before.",
    hint: "A movement is posted once; post a correction under a reference of its own.",
    constraints: "ledger_txns_kind_ref_once",
  },
  LEDGER_ENTRY: {
    status: 422,
    message: "An entry of the ledger does not have its form.",
    hint: "An entry has an account (kind:owner), a currency and an amount other than zero; a transaction a kind and a reference.",
    constraints: `
      ledger_entries_account_form ledger_entries_amount_not_zero ledger_entries_pkey ledger_entries_position_range ledger_txns_kind_form
      ledger_txns_live_only ledger_txns_pkey ledger_txns_ref_form`,
  },
  PAYMENT_CONFLICT: {
    status: 409,
    message: "This reference of the rail is booked already.",
    hint: "Look the payment up: one reference of a rail is one payment, or one refund.",
    constraints: "collection_reference_once refund_reference_once",
  },
  PAYOUT_OPEN: {
    status: 409,
    message: "Another payout run is open.",
    hint: "Let the open run end first: omla-server payout --execute goes on with it.",
    constraints: "payout_run_open",
  },
  PAYOUT_UNBALANCED: {
    status: 409,
    message: "What a plan sends and what rests is not what is owed.",
    hint: "Nothing was written. Compare the ledger with the distributions before anything is paid.",
    constraints: "payout_position_conserves payout_positions_sent",
  },
  QUARTER_INVALID: {
    status: 422,
    message: "A quarter is written 2026-Q3.",
    hint: FIX_FIELD,
    constraints: "quarter_form",
  },
  QUARTER_NOT_BEGUN: {
    status: 422,
    message: "The quarter has not begun.",
    hint: "Report a quarter once it has begun.",
    constraints: "quarter_not_begun",
  },
  RATE_RANGE: {
    status: 422,
    message: "A rate is between 0 and 1, with at most six places.",
    hint: FIX_FIELD,
    constraints: "royalty_rates_rate_range usage_reports_rate_range",
  },
  REPORT_EXISTS: {
    status: 409,
    message: "This quarter is reported already.",
    hint: "Amend the report instead.",
    constraints: "report_exists",
  },
  REPORT_MODEL_DUPLICATE: {
    status: 422,
    message: "A model stands twice in one report.",
    hint: "A report has one line per model.",
    constraints: "report_model_duplicate",
  },
  REPORT_NOT_FOUND: {
    status: 404,
    message: "There is no such report line.",
    hint: "List the reports first.",
    constraints: `
      collection_allocations_report_id_fkey hoster_reimbursements_report_id_fkey
      line_holds_report_id_fkey payment_request_lines_report_id_fkey payments_report_id_fkey
      payout_runs_report_id_fkey usage_audits_report_id_fkey usage_audits_result_report_id_fkey usage_disputes_report_id_fkey
      usage_disputes_result_report_id_fkey`,
  },
  REVERSAL_TOO_LARGE: {
    status: 409,
    message: "More of a transfer is taken back than was sent.",
    hint: "What is reversed of a transfer is at most its amount.",
    constraints: "reversal_too_large",
  },
  ROYALTY_MISMATCH: {
    status: 422,
    message: "The figures of a line do not follow from its revenue, cost, rate and weight.",
    hint: "Leave the figures out: the registry computes them.",
    constraints: "royalty_mismatch",
  },
  RUN_UNKNOWN: {
    status: 404,
    message: "There is no such payout run.",
    hint: "List the runs with GET /functions/v1/payouts.",
    constraints: `
      payout_plans_run_id_fkey transfers_run_id_fkey transfer_returns_run_id_fkey
      payout_positions_run_id_fkey sepa_files_run_id_fkey`,
  },
  TAX_FORM_EXISTS: {
    status: 409,
    message: "A form of this wallet is on file.",
    hint: "Close the one on file first.",
    constraints: "tax_form_on_file",
  },
  TAX_FORM_EXPIRY: {
    status: 422,
    message: "A form expires after it was filed.",
    hint: "Give the instant before which the form is valid.",
    constraints: "tax_forms_dates",
  },
  TAX_FORM_JURISDICTION: {
    status: 422,
    message: "A jurisdiction is a country in two capital letters.",
    hint: "Use ISO 3166-1, such as US or DE.",
    constraints: "tax_forms_jurisdiction_form tax_thresholds_jurisdiction_form",
  },
  TAX_FORM_KIND: {
    status: 422,
    message: "There is no such kind of tax form.",
    hint: "Name a kind of tax_form_kinds.",
    constraints: "tax_forms_kind_fkey",
  },
  TRANSFER_FILED: {
    status: 409,
    message: "A transfer stands in a file for the bank already.",
    hint: "Print that file again with omla-server sepa-file RUN --again NUMBER.",
    constraints: "sepa_file_transfer_once sepa_file_once sepa_files_pkey",
  },
  TRANSFER_RETURNED: {
    status: 409,
    message: "This transfer came back already.",
    hint: "A transfer comes back once; the next payout pays it under another id.",
    constraints: "returned_transfer_once",
  },
  TRANSFER_UNKNOWN: {
    status: 404,
    message: "There is no such transfer.",
    hint: "Name a transfer of this registry by its id.",
    constraints: `
      transfer_private_transfer_id_fkey transfer_returns_transfer_id_fkey payout_positions_transfer_id_fkey payments_transfer_id_fkey
      sepa_file_transfers_transfer_id_fkey sepa_file_transfers_message_id_fkey returned_transfers_transfer_id_fkey`,
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
