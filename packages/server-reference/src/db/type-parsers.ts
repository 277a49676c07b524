import pg from "pg";

const { builtins, getTypeParser } = pg.types;

/** What must not pass through a JavaScript number or a local time zone stays text. */
const TEXT_TYPES: ReadonlySet<number> = new Set([builtins.INT8, builtins.NUMERIC, builtins.DATE]);

function asText(value: string): string {
  return value;
}

/** pg's parsers, except that int8, numeric and date come as strings. One per pool: the global table of pg is left alone. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: (oid: Parameters<typeof getTypeParser>[0], format?: "text" | "binary"): unknown =>
    TEXT_TYPES.has(oid) ? asText : getTypeParser(oid, format),
};
