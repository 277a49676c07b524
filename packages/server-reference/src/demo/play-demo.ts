import { createVerifier } from "@omla/verifier";
import { DEMO_SECRET, loadConfig } from "../config.ts";
import { calendarOf } from "./calendar.ts";
import { demoKeys, openStage } from "./stage.ts";
import { playStory, type Story } from "./story.ts";

/** What the demonstration showed; its test holds these figures against those worked out by hand. */
export interface Demonstration {
  readonly story: Story;
  readonly verdicts: Readonly<
    Record<"aperture" | "clearwater", { readonly action: string; readonly listed: boolean; readonly state: string }>
  >;
}

/** Plays the second quarter of 2026 on a registry in memory, and lets a gateway ask who may be served. */
export async function playDemo(tell: (line: string) => void): Promise<Demonstration> {
  const config = loadConfig({ OMLA_JWT_SECRET: DEMO_SECRET, OMLA_DATA_DIR: "memory", OMLA_PUBLIC_URL: "http://registry.example" });
  tell("One quarter of an OMLA registry, on a clock that is moved by hand.");
  const { stage, close } = await openStage(config, calendarOf("2026-Q2"), tell);
  try {
    const story = await playStory(stage);
    tell("\n4. A gateway asks its verifier, which holds the signed list\n");
    const { list } = await demoKeys();
    const verifier = createVerifier({
      url: `${stage.url}/api/blacklist.json`,
      keys: [list?.publicKey ?? ""],
      policy: "gateway",
      refreshMs: 0,
      clock: () => stage.clock.now(),
    });
    await verifier.ready;
    await verifier.refresh();
    const ask = ({ company_id, company_name }: Story["aperture"]): Demonstration["verdicts"]["aperture"] => {
      const { action, listed, state } = verifier.check({ commercial_user_id: company_id });
      tell(`   ${company_name.padEnd(18)} ${action.padEnd(6)} (list is ${state})`);
      return { action, listed, state };
    };
    const verdicts = { aperture: ask(story.aperture), clearwater: ask(story.clearwater) };
    verifier.close();
    tell("");
    return { story, verdicts };
  } finally {
    await close();
  }
}
