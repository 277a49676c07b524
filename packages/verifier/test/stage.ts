import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { createVerifier, type Verifier, type VerifierEvent, type VerifierOptions } from "../src/index.ts";
import { type FakeRegistry, KEY, NOW, startRegistry } from "./publisher.ts";

/** A registry, a folder and a clock for each test of a file. */
export interface Stage {
  registry: FakeRegistry;
  folder: string;
  now: Date;
  events: VerifierEvent[];
  /** A verifier that refreshes only when it is told to. */
  started(options?: Partial<VerifierOptions>): Promise<Verifier>;
}

export function useStage(): Stage {
  const stage = {
    async started(options = {}) {
      const { registry, events } = stage;
      const verifier = createVerifier({
        url: registry.url,
        keys: [KEY],
        refreshMs: 0,
        clock: () => stage.now,
        onEvent: (event) => events.push(event),
        ...options,
      });
      await verifier.ready;
      return verifier;
    },
  } as Stage;
  beforeEach(async () => {
    stage.registry = await startRegistry();
    stage.folder = await mkdtemp(join(tmpdir(), "omla-stage-"));
    stage.now = NOW;
    stage.events = [];
  });
  afterEach(async () => {
    await stage.registry.close();
    await rm(stage.folder, { recursive: true });
  });
  return stage;
}
