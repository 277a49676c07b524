import pg from "pg";

/** Ends the listening. */
export type StopListening = () => Promise<void>;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Hears the notifications of one channel on a connection of its own, which is made again whenever it breaks.
 *
 * @param heard - gets the payload; an empty one after a break, since something may have been missed
 */
export async function listen(url: string, channel: string, heard: (payload: string) => void): Promise<StopListening> {
  let stopped = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  const again = (pauseMs: number): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      connect().then(
        () => heard(""),
        () => again(Math.min(pauseMs * 2, LONGEST_PAUSE_MS)),
      );
    }, pauseMs);
    timer.unref();
  };
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({ connectionString: url, application_name: "omla-server-listen", keepAlive: true });
    fresh.on("error", () => undefined);
    fresh.on("notification", ({ payload }) => heard(payload ?? ""));
    try {
      await fresh.connect();
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      if (stopped) throw new Error("stopped while it connected");
    } catch (error) {
      // Half a connection would stay open for good.
      await fresh.end().catch(() => undefined);
      throw error;
    }
    client = fresh;
    fresh.once("end", () => again(FIRST_PAUSE_MS));
  };
  await connect();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end();
  };
}
