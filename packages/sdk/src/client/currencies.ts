import { FEE_RANGE } from "../protocol/codes/values.ts";
import { formatDecimal, parsePart } from "../protocol/money.ts";
import type { ConversionFee, PayoutCurrency } from "../protocol/payout-currency.ts";
import { expectMembers } from "./answer.ts";
import { apiKeyId } from "./api-key.ts";
import type { CallOptions } from "./call.ts";
import { asInputError } from "./errors.ts";
import type { Registry } from "./registry.ts";

export interface CurrencyDeclaration {
  /** What the company can pay in natively, in its order. */
  readonly currencies: readonly string[];
  /** Public; an undeclared fee is 0. */
  readonly conversion_fees?: readonly ConversionFee[] | undefined;
}

export interface RemitterReference {
  readonly model_id: string;
  readonly remitter_kind: "commercial_user" | "hoster";
  readonly remitter_id: string;
}

export interface Currencies {
  /** Declares what the company pays in, and its conversion fees. */
  declare(declaration: CurrencyDeclaration, options?: CallOptions): Promise<CurrencyDeclaration>;
  /** The currency in which a remitter's money reaches a model's creator, by which route and at which fee. */
  resolve(reference: RemitterReference, options?: CallOptions): Promise<PayoutCurrency>;
}

export function createCurrencies(registry: Registry): Currencies {
  return {
    declare: async (declaration, options) => {
      apiKeyId(registry.apiKey);
      const body = { currencies: declaration.currencies, ...feesOf(declaration) };
      // What is declared, withdrawn and declared again is a declaration of its own: the key is this call's.
      const idempotencyKey = `declare-currencies-${crypto.randomUUID()}`;
      return expectMembers<CurrencyDeclaration>(
        await registry.act("declare-currencies", body, { ...options, idempotencyKey }),
        { currencies: "array" },
        "the declaration",
      );
    },
    resolve: async (reference, options) => {
      const body = await registry.rpc("resolve_payout_currency", reference, options);
      const [answer] = Array.isArray(body) ? (body as unknown[]) : [body];
      return expectMembers<PayoutCurrency>(answer, { currency: "string", route: "string", fee_pct: "string" }, "the payout currency");
    },
  };
}

function feesOf({ conversion_fees }: CurrencyDeclaration): { conversion_fees?: ConversionFee[] } {
  if (conversion_fees === undefined) return {};
  try {
    return {
      conversion_fees: conversion_fees.map(({ from, to, fee_pct }, at) => ({
        ...{ from, to },
        fee_pct: formatDecimal(parsePart(fee_pct, 50, FEE_RANGE, `conversion_fees[${at}].fee_pct`), 6),
      })),
    };
  } catch (error) {
    throw asInputError(error);
  }
}
