import { parseError } from "./rest-error.ts";

const PLAIN_NAME = /[\p{L}\p{N}_ $]/u;

/** Reads one part of a query from left to right; where it cannot go on, it says what it expected. */
export class Scanner {
  readonly #what: string;
  readonly #text: string;
  #at = 0;

  constructor(what: string, text: string) {
    this.#what = what;
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  sees(token: string): boolean {
    return this.#text.startsWith(token, this.#at);
  }

  takes(token: string): boolean {
    if (!this.sees(token)) return false;
    this.#at += token.length;
    return true;
  }

  needs(token: string): void {
    if (!this.takes(token)) this.fail(`"${token}"`);
  }

  /** What the pattern (sticky) finds here. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }

  /** Blanks around a part. */
  space(): void {
    while (this.sees(" ") || this.sees("\t")) this.#at += 1;
  }

  /** Everything that is left. */
  rest(): string {
    const left = this.#text.slice(this.#at);
    this.#at = this.#text.length;
    return left;
  }

  /** The characters before any of the given ones. */
  until(stops: string): string {
    const begin = this.#at;
    while (!this.done && !stops.includes(this.#text.charAt(this.#at))) this.#at += 1;
    return this.#text.slice(begin, this.#at);
  }

  /** A name of a column, a table or an alias, plain or in double quotes. */
  name(): string {
    if (this.sees('"')) return this.quoted();
    const begin = this.#at;
    while (!this.done && this.#isPlain()) this.#at += (this.#text.codePointAt(this.#at) ?? 0) > 0xffff ? 2 : 1;
    const name = this.#text.slice(begin, this.#at).trim();
    return name === "" ? this.fail("field name (* or [a..z0..9_$])") : name;
  }

  /** A text in double quotes; a backslash keeps the character behind it. */
  quoted(): string {
    this.needs('"');
    let text = "";
    for (;;) {
      if (this.done) return this.fail('"\\""');
      const character = this.#text.charAt(this.#at);
      this.#at += 1;
      if (character === '"') return text;
      if (character !== "\\") text += character;
      else text += this.#text.charAt(this.#at++);
    }
  }

  end(): void {
    if (!this.done) this.fail("end of input");
  }

  fail(expected: string): never {
    const found = this.done ? "unexpected end of input" : `unexpected ${JSON.stringify(this.#text.charAt(this.#at))}`;
    throw parseError(this.#what, this.#text, this.#at + 1, `${found} expecting ${expected}`);
  }

  /** A dash belongs to a name unless it begins an arrow. */
  #isPlain(): boolean {
    if (this.#text.charAt(this.#at) === "-") return this.#text.charAt(this.#at + 1) !== ">";
    return PLAIN_NAME.test(String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0));
  }
}
