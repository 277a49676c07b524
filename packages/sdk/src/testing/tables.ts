import { encodeAddress } from "../protocol/address.ts";
import { lineDeadline } from "../protocol/compliance.ts";
import { formatTimestamp } from "../protocol/timestamp.ts";
import { findFiledLine, isHolderOf } from "./cases.ts";
import { findModel, primaryWallet } from "./registrations.ts";
import { type Reporter, submissionsOf } from "./reports.ts";
import { Refusal, type State, type StoredLine, type StoredModel, type StoredPayout, type StoredWallet, type Submission } from "./state.ts";

export type Row = Readonly<Record<string, unknown>>;

/** The rows of `/rest/v1`, with what the SDK embeds in them; private columns read as null. */
export function tableRows(state: State, table: string, reader: Reader): Row[] {
  const rows = Object.hasOwn(TABLES, table) ? TABLES[table] : undefined;
  if (rows === undefined)
    throw new Refusal(404, "PGRST205", `there is no table ${table}`, {
      hint: "This is the registry of a test: it has what the SDK reads.",
    });
  return rows(state, reader);
}

/** Who reads, as far as the credential proves it. */
export interface Reader {
  readonly reporter: Reporter | undefined;
  readonly pubkey: string | undefined;
}

const TABLES: Readonly<Record<string, (state: State, reader: Reader) => Row[]>> = {
  models: (state) => [...state.models.keys()].map((id) => modelRow(state, id)),
  wallets: (state) => [...state.wallets.values()].map(walletRow),
  contribution_splits: splitRows,
  submissions: (state, { reporter }) =>
    reporter === undefined ? [] : submissionsOf(state, reporter).map((submission) => submissionRow(state, submission)),
  usage_reports: (state, { reporter }) =>
    reporter === undefined
      ? []
      : submissionsOf(state, reporter).flatMap((submission) => submission.lines.map((line) => lineRow(state, submission, line))),
  payments: paymentRows,
  compliance_state: (state) =>
    [...state.subjects.values()].filter(({ kind }) => kind === "model").map(({ listing: _, ...subject }) => ({ ...subject })),
};

/** A company reads what its reports brought, and whoever holds a wallet what came to it. */
function paymentRows(state: State, { reporter, pubkey }: Reader): Row[] {
  const isMine = ({ report_id, wallet_id }: StoredPayout): boolean => {
    if (reporter !== undefined)
      return reporter.live && findFiledLine(state, report_id)?.submission.company_id === reporter.company.company_id;
    const wallet = [...state.wallets.values()].find((other) => other.wallet_id === wallet_id);
    return pubkey !== undefined && wallet !== undefined && isHolderOf(state, wallet.address, pubkey);
  };
  return state.payouts.filter(isMine).map((payout) => ({ ...payout, settled_currency: null, settled_amount: null, fx_rate_used: null }));
}

function modelRow(state: State, id: string): Row {
  const { document, digest, registered_at, isActive } = stored(state, id);
  const {
    name,
    description = null,
    domain = null,
    asset_kind = "model",
    license_version,
    ed25519_pubkey,
    recovery_pubkey = null,
    model_hash,
  } = document;
  return {
    ...{ id, name, description, domain, asset_kind, license_version, ed25519_pubkey, recovery_pubkey, model_hash },
    ...{
      is_active: isActive,
      hoster_share_pct: document.hoster_share_pct ?? "0",
      document_digest: digest,
      creator_email: null,
      created_at: registered_at,
    },
    wallets: [...state.wallets.values()].filter(({ model_id }) => model_id === id).map(walletRow),
  };
}

function stored(state: State, id: string): StoredModel {
  const model = state.models.get(id);
  if (model === undefined) throw new RangeError(`the registry knows no model ${id}`);
  return model;
}

function walletRow({ wallet_id: id, model_id, address, rail, isPrimary: is_primary }: StoredWallet): Row {
  return { id, model_id, address, rail, rail_identifier: null, is_primary };
}

/** Each set of splits that a model ever had, with the time for which it was in force. */
function splitRows(state: State): Row[] {
  return [...state.models.values()].flatMap((model) =>
    splitSets(model).flatMap(({ splits, effective_from, effective_until }) =>
      splits.map(({ recipient, wallet, percentage }, position) => ({
        ...{ model_id: model.document.model_id, recipient, percentage, position, effective_from, effective_until },
        wallets: { address: wallet.toLowerCase() },
      })),
    ),
  );
}

interface SplitSet {
  readonly splits: StoredModel["document"]["contribution_splits"];
  readonly effective_from: string;
  readonly effective_until: string | null;
}

/** Versions of a model that did not touch its splits share one set. */
function splitSets({ history, document, registered_at }: StoredModel): SplitSet[] {
  const sets: SplitSet[] = [];
  let effective_from = registered_at;
  const versions = [...history, { until: null, document }];
  versions.forEach(({ until, document: { contribution_splits: splits } }, at) => {
    if (versions[at + 1]?.document.contribution_splits === splits) return;
    sets.push({ splits, effective_from, effective_until: until });
    effective_from = until ?? effective_from;
  });
  return sets;
}

function submissionRow(state: State, submission: Submission): Row {
  const { submission_id: id, company_id: reporter_id, live, version, input, filed_at, first_filed_at, lines } = submission;
  const due_at = formatTimestamp(lineDeadline({ quarter: input.quarter, filed_at: first_filed_at }));
  return {
    ...{ id, reporter_id, quarter: input.quarter, version, final: input.final ?? false, live, filed_at, first_filed_at, due_at },
    usage_reports: lines.map((line) => lineRow(state, submission, line)),
  };
}

function lineRow(
  state: State,
  { submission_id, company_id: reporter_id, input, live, first_filed_at: filed_at }: Submission,
  line: StoredLine,
): Row {
  const { report_id: id, address: _, hoster_pool_usd: __, creator_pool_usd: ___, name, ...figures } = line;
  return {
    id,
    submission_id,
    reporter_id,
    quarter: input.quarter,
    live,
    filed_at,
    ...figures,
    models: { name: state.models.get(line.model_id)?.document.name ?? name },
  };
}

const STANDING = [
  ...["model_id", "name", "address", "ed25519_pubkey", "license_version", "asset_kind", "state", "state_since"],
  ...["registered_at", "locations"],
];

/** What `verify_by_hash` and `verify_many` answer to one question. A model that was deactivated reads as not registered. */
export function standingOf(state: State, query: string, kind: "hash" | "address" | "id"): Row {
  const asked = query.toLowerCase();
  const model = findModel(state, asked);
  const fits = {
    hash: () => model?.hashes.has(asked) === true,
    address: () => model !== undefined && primaryWallet(model.document) === asked,
    id: () => model?.document.model_id === asked,
  };
  const as_of = formatTimestamp(state.clock.now());
  if (model?.isActive !== true || !fits[kind]())
    return { registered: false, ...Object.fromEntries(STANDING.map((member) => [member, null])), as_of, query };
  const { model_id, name, ed25519_pubkey, license_version, asset_kind = "model", locations = [] } = model.document;
  const subject = state.subjects.get(`model:${model_id}`);
  return {
    ...{ registered: true, model_id, name, address: encodeAddress(model_id), ed25519_pubkey, license_version, asset_kind },
    ...{ state: subject?.state, state_since: subject?.state_since, registered_at: model.registered_at, locations, as_of, query },
  };
}
