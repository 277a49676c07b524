/** Strings are passed over, so that only numbers outside of them are found. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+\.\d+(?![\d.eE])/g;

/**
 * JSON text in which each number with a point stands as a string of the same digits.
 *
 * PostgREST writes `numeric` columns as JSON numbers; read as floats, large amounts would lose their last digits.
 */
export function quoteDecimals(text: string): string {
  return text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`));
}
