import { toBase64 } from "@omla/sdk/protocol";
import { associationKey, type AssociationKeys } from "../association-keys.ts";
import { buildApp } from "../app.ts";
import { createMovableClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { closeContext, type ContextOverrides, createContext } from "../create-context.ts";
import type { AppContext } from "../context.ts";
import { operatorToken } from "../credentials/operator-token.ts";
import { createRehearsalQueue } from "../jobs/queue.ts";
import { silentLog } from "../log.ts";
import type { Mail } from "../mail.ts";
import type { Calendar } from "./calendar.ts";
import { createCast, seedOf } from "./cast.ts";
import type { Stage } from "./story.ts";

/** The association's keys of the demonstration; a production start never uses them. */
export async function demoKeys(): Promise<AssociationKeys> {
  return {
    list: await associationKey(toBase64(await seedOf("list key"))),
    heartbeat: await associationKey(toBase64(await seedOf("heartbeat key"))),
  };
}

/** A registry on a clock that can be moved, listening on this machine only. */
export interface OpenStage {
  readonly stage: Stage;
  readonly ctx: AppContext;
  readonly close: () => Promise<void>;
}

export async function openStage(
  config: Config,
  calendar: Calendar,
  tell: Stage["tell"],
  overrides: ContextOverrides = {},
): Promise<OpenStage> {
  const clock = createMovableClock(calendar.registered);
  const unlimited: Config = { ...config, limits: { ...config.limits, rates: false } };
  const ctx = await createContext(unlimited, {
    keys: await demoKeys(),
    log: silentLog,
    queue: createRehearsalQueue(),
    mail: loudMail(tell),
    ...overrides,
    clock,
  });
  const app = await buildApp(ctx);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const stage: Stage = {
    url,
    registry: config.publicUrl,
    clock,
    operatorToken: operatorToken(config.jwtSecret, clock.now()),
    calendar,
    cast: await createCast(),
    tell,
  };
  return {
    stage,
    ctx,
    close: async () => {
      await app.close();
      await closeContext(ctx);
    },
  };
}

/** In a demonstration a message has arrived when the audience has heard it. */
function loudMail(tell: Stage["tell"]): Mail {
  return { send: async ({ to, subject }) => tell(`   mail to ${to}: ${subject}`) };
}
