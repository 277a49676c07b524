import type { VerifierStatus } from "./verifier.ts";

type Sample = readonly [labels: string, value: number];
interface Metric {
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: (status: VerifierStatus) => readonly Sample[];
}

const STATES = ["FRESH", "STALE", "EXPIRED", "ADVISORY", "NONE"] as const;

const one = (value: number | null): readonly Sample[] => (value === null ? [] : [["", value]]);
const seconds = (time: string | null): readonly Sample[] => one(time === null ? null : Date.parse(time) / 1_000);

const METRICS: Readonly<Record<string, Metric>> = {
  omla_list_state: {
    type: "gauge",
    help: "1 for the state of the list that answers.",
    samples: ({ state }) => STATES.map((name): Sample => [`{state="${name}"}`, name === state ? 1 : 0]),
  },
  omla_list_sequence: { type: "gauge", help: "Number of the list that answers.", samples: ({ sequence }) => one(sequence) },
  omla_list_entries: { type: "gauge", help: "Entries of the list that answers.", samples: ({ entry_count }) => one(entry_count) },
  omla_list_generated_seconds: {
    type: "gauge",
    help: "When the list was made, Unix time.",
    samples: ({ generated_at }) => seconds(generated_at),
  },
  omla_list_next_update_seconds: {
    type: "gauge",
    help: "When a newer list is due, Unix time.",
    samples: ({ next_update }) => seconds(next_update),
  },
  omla_list_expires_seconds: { type: "gauge", help: "When the list expires, Unix time.", samples: ({ expires_at }) => seconds(expires_at) },
  omla_refresh_success_seconds: {
    type: "gauge",
    help: "When the registry last answered well, Unix time.",
    samples: ({ last_success_at }) => seconds(last_success_at),
  },
  omla_refresh_failures: { type: "gauge", help: "Failed downloads since the last good one.", samples: ({ failures }) => one(failures) },
  omla_events_total: {
    type: "counter",
    help: "Events since the start, by type.",
    samples: ({ events }) => Object.entries(events).map(([type, count]): Sample => [`{type="${type}"}`, count]),
  },
};

/**
 * The figures of `status()` in the text form that Prometheus reads.
 *
 * @example
 * response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(formatMetrics(verifier.status()));
 */
export function formatMetrics(status: VerifierStatus): string {
  const lines = Object.entries(METRICS).flatMap(([name, { type, help, samples }]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples(status).map(([labels, value]) => `${name}${labels} ${value}`),
  ]);
  return `${lines.join("\n")}\n`;
}
