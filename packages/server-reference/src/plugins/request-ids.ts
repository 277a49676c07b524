const BYTES = 12;
/** Random bytes are cheap by the page, and dear a dozen at a time. */
const IDS_AT_A_TIME = 256;

/** Names requests: 24 hexadecimal digits that nobody can guess from those before. */
export function createRequestIds(random: (length: number) => Uint8Array): () => string {
  let page = "";
  let at = 0;
  return () => {
    if (at === page.length) {
      page = Buffer.from(random(BYTES * IDS_AT_A_TIME)).toString("hex");
      at = 0;
    }
    at += 2 * BYTES;
    return page.slice(at - 2 * BYTES, at);
  };
}
