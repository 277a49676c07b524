import pg from "pg";

const { builtins } = pg.types;

/** What must not pass through a JavaScript number or a local time zone stays text. */
const TEXT_TYPES: ReadonlySet<number> = new Set([builtins.INT8, builtins.NUMERIC, builtins.DATE]);

/** pg's parsers, except that int8, numeric and date come as strings. One per pool: the global table of pg is left alone. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    TEXT_TYPES.has(oid) ? (value: string) => value : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};
