/**
 * A noun of the client whose code is loaded with its first call.
 *
 * @param names its methods that give promises
 */
export function lazily<T extends object>(load: () => Promise<T>, names: readonly (keyof T & string)[]): T {
  let loading: Promise<T> | undefined;
  const method =
    (name: keyof T) =>
    async (...args: unknown[]): Promise<unknown> => {
      loading ??= load();
      return ((await loading)[name] as (...args: unknown[]) => unknown)(...args);
    };
  return Object.fromEntries(names.map((name) => [name, method(name)])) as T;
}

/** A list whose code is loaded when somebody begins to read it. */
export async function* whenLoaded<T>(load: () => Promise<AsyncIterable<T>>): AsyncGenerator<T, void, undefined> {
  yield* await load();
}
