/** The start is refused; `faults` says what to set, one line each, and never repeats a secret's value. */
export class ConfigError extends Error {
  override readonly name: string = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}
