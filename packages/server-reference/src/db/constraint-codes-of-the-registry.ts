import { type CodeRow, FIX_FIELD } from "./constraint-code.ts";

const SIGN_AGAIN = "Sign the corrected document again.";
const LOOK_UP = "Look it up first, for example with verify_by_hash.";

/** Codes of what is registered, decided and published. */
export const REGISTRY_CODES = {
  ADDRESS_INVALID: {
    status: 422,
    message: "This is not an address of the form that belongs here.",
    hint: "Copy the address again; the primary one encodes the model's id.",
    constraints: "address_form wallets_primary_address",
  },
  ALREADY_EXISTS: {
    status: 409,
    message: "Something of that name is there already.",
    hint: "Read what is there before writing again.",
    constraints: `
      api_keys_pkey approvals_pkey asset_kinds_pkey audit_details_pkey audit_log_pkey board_credentials_pkey board_members_pkey
      board_sessions_pkey case_evidence_pkey case_evidence_position_once case_evidence_private_pkey collection_allocations_pkey
      collection_refunds_pkey collections_pkey commercial_user_private_pkey commercial_users_pkey complaint_private_pkey
      complaints_pkey complaints_receipt_unique compliance_state_commercial_user_id_idx compliance_state_model_id_idx
      compliance_state_pkey currency_registry_pkey distribution_exists fx_drift_flags_once
      fx_drift_flags_pkey fx_rates_pkey hoster_claims_pkey hoster_reimbursement_exists hoster_reimbursements_pkey
      idempotency_keys_pkey line_hold_once line_holds_pkey lineage_turn_one_row lineage_turn_pkey list_checks_pkey
      list_proposal_open list_proposals_pkey model_private_pkey notices_pkey payment_request_lines_pkey
      payment_request_reference_once payment_requests_pkey payments_pkey payout_lease_pkey payout_lines_pkey payout_plan_of_run
      payout_plans_pkey payout_positions_pkey payout_run_exists payout_runs_pkey published_heartbeats_pkey rail_account_id_once
      rail_account_once rail_accounts_pkey rail_events_pkey rail_payment_names_pkey rate_limits_pkey receipts_collection_once
      receipts_pkey receipts_refund_once reconciliations_pkey registry_settings_pkey royalty_rates_pkey schema_migrations_pkey
      sign_in_challenges_pkey submissions_line_key submissions_pkey tax_form_kinds_pkey tax_form_private_pkey tax_forms_pkey
      tax_thresholds_pkey transfer_exists transfer_private_pkey transfer_returns_pkey transfers_ext_id_once transfers_pkey
      usage_audit_private_pkey usage_audits_pkey usage_dispute_private_pkey usage_disputes_pkey usage_reports_pkey
      wallet_private_pkey wallet_rail_private_pkey wallet_rails_pkey wallets_pkey webhook_deliveries_pkey webhook_endpoints_pkey
      webhook_event_once webhook_events_pkey webhook_secrets_pkey`,
  },
  APPROVAL_OPEN: {
    status: 409,
    message: "The same is proposed already, and not decided.",
    hint: "Approve or withdraw the open proposal first.",
    constraints: "approval_open",
  },
  APPROVAL_SELF: {
    status: 409,
    message: "Nobody approves a proposal of their own.",
    hint: "Another member of the board must approve it.",
    constraints: "approvals_two_persons",
  },
  ASSET_KIND_UNKNOWN: {
    status: 422,
    message: "This registry has no such asset kind.",
    hint: "Use model, dataset, likeness or artwork.",
    constraints: "models_asset_kind_fkey royalty_rates_asset_kind_fkey",
  },
  BOARD_MEMBER_EXISTS: {
    status: 409,
    message: "This address belongs to a board member already.",
    hint: "Deactivate the old entry first.",
    constraints: "board_member_exists",
  },
  BOARD_MEMBER_NOT_FOUND: {
    status: 404,
    message: "There is no such member of the board.",
    hint: 'List them with "omla-server board list".',
    constraints: `
      approvals_approved_by_fkey approvals_closed_by_fkey approvals_proposed_by_fkey board_credentials_member_id_fkey
      board_sessions_member_id_fkey`,
  },
  CASE_EXISTS: {
    status: 409,
    message: "This party opened a case about this line before.",
    hint: "There is one case per line and party; wait for the board's decision.",
    constraints: "usage_audit_once usage_dispute_once",
  },
  COMPANY_NOT_FOUND: {
    status: 404,
    message: "There is no such company.",
    hint: "Register the company first.",
    constraints: `
      api_keys_company_id_fkey collections_company_id_fkey commercial_user_private_company_id_fkey
      complaints_commercial_user_id_fkey compliance_state_commercial_user_id_fkey payment_requests_company_id_fkey
      receipts_company_id_fkey submissions_reporter_id_fkey usage_reports_reporter_id_fkey webhook_endpoints_company_id_fkey`,
  },
  DIGEST_MISMATCH: {
    status: 422,
    message: "The digest is not that of the signed body.",
    hint: SIGN_AGAIN,
    constraints: `
      documents_digest_true
      list_proposals_digest_of_body`,
  },
  DOCUMENT_EXISTS: {
    status: 409,
    message: "This document was accepted before.",
    hint: "Nothing is left to do: a document counts once.",
    constraints: `
      creator_currency_prefs_pkey document_private_pkey documents_pkey hoster_claims_document_once hoster_shares_pkey
      key_contacts_pkey key_rotations_pkey model_files_pkey model_locations_pkey`,
  },
  DOCUMENT_UNKNOWN: {
    status: 422,
    message: "There is no signed document behind this row.",
    hint: SIGN_AGAIN,
    constraints: `
      contribution_splits_document_digest_fkey creator_currency_prefs_document_digest_fkey document_private_digest_fkey
      hoster_claims_document_digest_fkey hoster_shares_document_digest_fkey hoster_volume_reports_document_digest_fkey
      key_rotations_challenge_digest_fkey key_rotations_digest_fkey lineage_edges_document_digest_fkey
      model_files_document_digest_fkey model_locations_document_digest_fkey model_metadata_document_digest_fkey
      models_document_digest_fkey`,
  },
  FIELD_INVALID: {
    status: 422,
    message: "A field does not have the form or the size that it must have.",
    hint: FIX_FIELD,
    constraints: `
      api_keys_hash_form api_keys_kid_form api_keys_last4_form approvals_action_form approvals_content_size
      approvals_subject_size audit_log_action_form audit_log_actor_form audit_log_entity_form audit_log_entity_id_form
      board_credentials_failures_range board_credentials_last_step_range board_credentials_sealed_form board_members_email_form
      board_members_role_known board_sessions_carrier_known case_evidence_case_kind_known case_evidence_media_type_known
      case_evidence_party_form case_evidence_position_range case_evidence_private_name_size case_evidence_size_range
      collection_refunds_confirmed_by_form collection_refunds_kind_known collection_refunds_reason_size
      collection_refunds_reference_form collections_confirmed_by_form collections_method_known collections_rail_known
      collections_reference_form commercial_user_private_contact_email_form commercial_users_company_name_size
      commercial_users_domains_size complaint_private_description_size complaint_private_email_form
      complaint_private_evidence_size complaints_one_target complaints_reason_known complaints_receipt_form
      complaints_status_known compliance_state_case_ref_form compliance_state_enforce_known
      compliance_state_previous_state_known compliance_state_reason_known compliance_state_state_known
      compliance_state_subject_kind_known contribution_splits_position_range contribution_splits_recipient_size
      creator_currency_prefs_position_range currency_registry_code_form currency_registry_kind_known currency_registry_name_size
      currency_registry_scale_range distributions_kind_known distributions_route_known documents_body_size documents_type_known
      fx_drift_flags_acknowledged_by_form fx_drift_flags_kind_known fx_drift_flags_note_size fx_drift_flags_subject_form
      fx_rates_posted_by_form fx_rates_source_size hoster_claims_name_size hoster_reimbursements_kind_known
      hoster_volume_reports_revision_range idempotency_keys_key_size idempotency_keys_scope_size key_contacts_contact_email_form
      key_rotations_some_key keysets_raw_size keysets_threshold_range keysets_version_range line_holds_opened_by_form line_holds_reason_known
      line_holds_released_by_form lineage_edges_one_parent lineage_edges_parent_ref_size lineage_edges_position_range
      lineage_edges_relationship_known list_checks_outcome_known list_proposals_body_size list_proposals_changed_range
      list_proposals_kind_known list_proposals_number_range list_proposals_proposed_by_form list_proposals_signatures_form
      list_proposals_status_known model_files_path_size model_files_size_range model_locations_url_form model_metadata_key_form
      model_metadata_value_size model_private_creator_email_form models_description_size models_domain_size
      models_license_version_size models_name_size notices_key_size payment_requests_external_id_size
      payment_requests_method_known payment_requests_reference_form payment_requests_url_form payments_rail_known
      payments_route_known payments_status_known payout_lease_one_row payout_lines_part_known payout_runs_batch_size payout_runs_cancelled_form
      payout_runs_lineage_policy_known payout_runs_revision_range payout_runs_state_known published_heartbeats_raw_size
      published_lists_entry_count_range published_lists_raw_size published_lists_sequence_range rail_accounts_account_id_form
      rail_accounts_rail_known rail_events_event_id_form rail_events_note_size rail_events_outcome_known rail_events_rail_form
      rail_events_subject_form rail_events_type_form rail_payment_names_alias_form rail_payment_names_external_id_form
      rail_payment_names_rail_form rate_limits_key_size receipts_number_range registry_settings_key_known
      returned_transfers_confirmed_by_form returned_transfers_rail_form returned_transfers_reason_size
      returned_transfers_recorded_by_form returned_transfers_reference_form sepa_files_debtor_size sepa_files_message_id_form
      sepa_files_number_range
      remitter_conversion_fees_kind_known remitter_currencies_kind_known remitter_currencies_position_range
      royalty_rates_decided_by_form sign_in_challenges_form submissions_content_size submissions_lineage_policy_known
      submissions_version_range tax_form_kinds_description_size tax_form_kinds_for_whom_known tax_form_kinds_form
      tax_form_private_document_ref_size tax_forms_recorded_by_form tax_forms_status_known tax_thresholds_from_year_range
      tax_thresholds_set_by_form transfer_private_destination_size transfer_returns_reason_known transfer_returns_ref_size
      transfers_attempt_range transfers_rail_known transfers_state_known usage_audit_private_answer_size
      usage_audit_private_description_size usage_audit_private_resolution_size usage_audits_closed_by_form
      usage_audits_party_form usage_audits_party_kind_known usage_audits_status_known usage_dispute_private_description_size
      usage_dispute_private_resolution_size usage_disputes_closed_by_form usage_disputes_party_form
      usage_disputes_party_kind_known usage_disputes_status_known usage_reports_entry_form usage_reports_pipeline_size
      usage_reports_royalty_basis_known usage_reports_status_known wallet_private_rail_identifier_size
      wallet_rail_private_rail_identifier_size wallet_rails_rail_known wallets_label_size wallets_rail_known
      webhook_deliveries_status_known webhook_endpoints_events_known webhook_endpoints_model_ids_size webhook_endpoints_url_form
      webhook_secrets_sealed_size`,
  },
  HASH_INVALID: {
    status: 422,
    message: "A hash is 64 lower-case hex digits.",
    hint: FIX_FIELD,
    constraints: "sha256_hex_form",
  },
  HASH_TAKEN: {
    status: 409,
    message: "These weights belong to another active model.",
    hint: "If they are yours, file a complaint about that model.",
    constraints: "model_hashes_one_active_model model_hashes_pkey",
  },
  HOSTER_CLAIM_EXISTS: {
    status: 409,
    message: "This key claims to host this model already.",
    hint: "There is one claim per model and hoster key.",
    constraints: "hoster_claim_exists",
  },
  HOSTER_CLAIM_NOT_FOUND: {
    status: 404,
    message: "There is no such claim.",
    hint: "Claim to host the model first.",
    constraints: "hoster_reimbursements_claim_id_fkey hoster_volume_reports_claim_id_fkey",
  },
  HOSTER_REPORT_EXISTS: {
    status: 409,
    message: "This revision was reported before.",
    hint: "Sign again with a higher revision.",
    constraints: "hoster_report_exists",
  },
  HOSTER_SHARE_RANGE: {
    status: 422,
    message: "A hoster share is between 0 and 50, with at most six places.",
    hint: SIGN_AGAIN,
    constraints: "hoster_share_range usage_reports_hoster_share_range",
  },
  INCONSISTENT: {
    status: 409,
    message: "The row would contradict itself.",
    hint: "Read the row again: somebody may have changed it.",
    constraints: `
      approvals_closed approvals_executed approvals_one_end audit_details_redacted audit_details_seq_fkey
      case_evidence_private_evidence_id_fkey collection_allocations_collection_id_fkey collection_refunds_collection_id_fkey
      collections_hold collections_request_id_fkey collections_usd_value complaint_private_complaint_id_fkey complaints_closed
      compliance_state_blacklisted compliance_state_review contribution_splits_dates creator_currency_prefs_dates
      document_private_redacted fx_drift_flags_acknowledged hoster_claims_verified hoster_shares_dates hoster_shares_one_current
      key_rotations_one_end line_holds_released lineage_edges_dates list_checks_sequence_fkey list_proposals_closed
      model_files_dates model_locations_dates payment_request_lines_request_id_fkey payment_requests_opened
      published_heartbeats_sequence_fkey published_lists_times receipts_collection_id_fkey receipts_refund_id_fkey
      reconciliations_verdict returned_transfers_confirmed submissions_first_filed tax_form_private_form_id_fkey tax_forms_closed
      usage_audit_private_audit_id_fkey usage_audits_closed usage_audits_result usage_audits_times
      usage_dispute_private_dispute_id_fkey usage_disputes_closed usage_disputes_result usage_reports_submission_fkey
      wallets_one_primary wallets_owner webhook_deliveries_endpoint_id_fkey webhook_deliveries_event_seq_fkey
      webhook_endpoints_one_owner webhook_secrets_endpoint_id_fkey`,
  },
  KEYSET_VERSION: {
    status: 409,
    message: "This version of the keyset was published before.",
    hint: "Keysets are published one version after the other.",
    constraints: "keysets_pkey",
  },
  KEY_INVALID: {
    status: 422,
    message: "A public key is 32 bytes in standard base64, and a recovery key is another one.",
    hint: FIX_FIELD,
    constraints: "models_keys_differ public_key_form",
  },
  LIST_SEQUENCE: {
    status: 409,
    message: "Another list was published in the meantime.",
    hint: "Build the next list on the newest one.",
    constraints: "published_lists_pkey",
  },
  MODEL_EXISTS: {
    status: 409,
    message: "This model is registered already.",
    hint: "A new model needs a new id.",
    constraints: "models_pkey",
  },
  MODEL_NOT_FOUND: {
    status: 404,
    message: "There is no such model.",
    hint: LOOK_UP,
    constraints: `
      complaints_model_id_fkey compliance_state_model_id_fkey contribution_splits_model_id_fkey
      creator_currency_prefs_model_id_fkey hoster_claims_model_id_fkey hoster_reimbursements_model_id_fkey
      hoster_shares_model_id_fkey hoster_volume_reports_model_id_fkey key_rotations_model_id_fkey lineage_edges_child_id_fkey
      lineage_edges_parent_id_fkey model_files_model_id_fkey model_hashes_model_id_fkey model_locations_model_id_fkey
      model_metadata_model_id_fkey model_private_model_id_fkey payments_model_id_fkey usage_reports_model_id_fkey
      wallets_model_id_fkey`,
  },
  NAMED_TWICE: {
    status: 422,
    message: "Something is named twice in one set.",
    hint: SIGN_AGAIN,
    constraints: "model_files_path_once model_locations_url_once model_metadata_pkey",
  },
  NONCE_RANGE: {
    status: 422,
    message: "A nonce is a whole number from 1 to 2^53 - 1.",
    hint: SIGN_AGAIN,
    constraints: `
      models_update_nonce_range wallets_update_nonce_range
      rail_accounts_choice_range wallet_rails_nonce_range`,
  },
  PARENT_DUPLICATE: {
    status: 422,
    message: "Two edges lead to one parent.",
    hint: SIGN_AGAIN,
    constraints: "parent_duplicate parent_ref_duplicate",
  },
  PARENT_SELF: {
    status: 422,
    message: "The model is its own parent.",
    hint: SIGN_AGAIN,
    constraints: "parent_self",
  },
  POSITION_GAP: {
    status: 422,
    message: "Positions of a set count from 0, each once.",
    hint: FIX_FIELD,
    constraints: `
      contribution_splits_pkey contribution_splits_position_once lineage_edges_pkey lineage_edges_position_once
      remitter_currencies_position_once`,
  },
  PREFERENCE_DUPLICATE: {
    status: 422,
    message: "A currency is named twice.",
    hint: SIGN_AGAIN,
    constraints: "currency_pref_duplicate remitter_currencies_pkey",
  },
  ROTATION_PENDING: {
    status: 409,
    message: "Another rotation of this model is pending.",
    hint: "Wait until it is completed or challenged.",
    constraints: "key_rotations_one_pending",
  },
  SIGNATURE_INVALID: {
    status: 422,
    message: "A signature is 64 bytes in standard base64.",
    hint: SIGN_AGAIN,
    constraints: "signature_form",
  },
  SPLIT_DUPLICATE: {
    status: 422,
    message: "A wallet is named twice in one set.",
    hint: SIGN_AGAIN,
    constraints: "split_duplicate",
  },
  SPLIT_RANGE: {
    status: 422,
    message: "A split is above 0 and at most 100, with at most six places.",
    hint: SIGN_AGAIN,
    constraints: "split_range",
  },
  WALLET_TAKEN: {
    status: 409,
    message: "This address is registered already.",
    hint: "Make a new routing id, or sign with the key that owns the wallet.",
    constraints: "wallets_address_unique",
  },
  WALLET_UNKNOWN: {
    status: 422,
    message: "This is no wallet of this registry.",
    hint: "Register the wallet first.",
    constraints: `
      contribution_splits_recipient_wallet_id_fkey hoster_claims_wallet_id_fkey payments_wallet_id_fkey
      tax_forms_wallet_id_fkey wallet_private_wallet_id_fkey
      rail_accounts_wallet_id_fkey wallet_rail_private_wallet_rail_fkey wallet_rails_wallet_id_fkey
      transfers_wallet_id_fkey payout_positions_wallet_id_fkey
      returned_transfers_wallet_id_fkey`,
  },
  WEIGHT_RANGE: {
    status: 422,
    message: "A weight is between 0 and 1, with at most six places.",
    hint: FIX_FIELD,
    constraints: "usage_reports_weight_range weight_range",
  },
} as const satisfies Readonly<Record<string, CodeRow>>;
