import type { Database } from "../db/database.ts";
import type { Catalogue } from "./catalogue.ts";
import { loadCatalogue } from "./load-catalogue.ts";

export interface CatalogueCache {
  get(): Promise<Catalogue>;
  forget(): void;
}

const TIMEOUT_MS = 10_000;

/** Reads the catalogue once for all who wait for it; a failed reading is tried again by the next. */
export function createCatalogueCache(db: Database, schema: string): CatalogueCache {
  let held: Promise<Catalogue> | undefined;
  const load = (): Promise<Catalogue> => {
    const loading = db.service((tx) => loadCatalogue(tx, schema), { readOnly: true, statementTimeoutMs: TIMEOUT_MS });
    loading.catch(() => {
      if (held === loading) held = undefined;
    });
    return loading;
  };
  return {
    get: () => (held ??= load()),
    forget: () => {
      held = undefined;
    },
  };
}
