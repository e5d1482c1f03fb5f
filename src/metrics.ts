import { monitorEventLoopDelay } from "node:perf_hooks";
import type { MiddlewareHandler } from "hono";
import type { App } from "./app.ts";
import { version } from "./core/version.ts";
import { deliveryTotals } from "./jobs/delivery-totals.ts";
import { inboundDepth } from "./jobs/inbound.ts";
import { jobDepth } from "./jobs/job-depth.ts";

/** The figures of this process. */
export interface Metrics {
  /** Counts the answers that go through it. */
  readonly count: MiddlewareHandler;
  /** All figures in the text format of Prometheus, version 0.0.4. */
  write(): Promise<string>;
  stop(): void;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Counts and measures from now on. */
export function createMetrics(app: App): Metrics {
  const answers = new Map<string, number>();
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    count: async (c, next) => {
      await next();
      const status = `${Math.floor(c.res.status / 100)}xx`;
      answers.set(status, (answers.get(status) ?? 0) + 1);
    },
    write: async () => [...writeProcess(delay, answers), ...(await writeHouse(app))].join("\n").concat("\n"),
    stop: () => delay.disable(),
  };
}

function writeProcess(
  delay: ReturnType<typeof monitorEventLoopDelay>,
  answers: ReadonlyMap<string, number>,
): readonly string[] {
  const { user, system } = process.cpuUsage();
  const lag = delay.percentile(99) / 1e9;
  delay.reset();
  return [
    ...gauge("folkmoot_info", "The version that runs.", [[{ version }, 1]]),
    ...counter("process_cpu_seconds_total", "Processor time used.", [[{}, (user + system) / 1e6]]),
    ...gauge("process_resident_memory_bytes", "Memory used.", [[{}, process.memoryUsage.rss()]]),
    ...gauge("nodejs_eventloop_lag_p99_seconds", "Delay of the event loop since the last look.", [[{}, lag || 0]]),
    ...counter(
      "folkmoot_http_responses_total",
      "Answers by class of status.",
      [...answers].map(([status, count]) => [{ status }, count]),
    ),
  ];
}

async function writeHouse({ db, now }: App): Promise<readonly string[]> {
  const at = now();
  const [inbound, jobs, deliveries] = await Promise.all([inboundDepth(db), jobDepth(db, at), deliveryTotals(db, at)]);
  const age = inbound.oldestAt ? (at.getTime() - inbound.oldestAt.getTime()) / 1000 : 0;
  return [
    ...gauge("folkmoot_inbound_activities", "Received activities by state.", [
      [{ state: "waiting" }, inbound.waiting],
      [{ state: "dead" }, inbound.dead],
    ]),
    ...gauge("folkmoot_inbound_oldest_seconds", "How long the oldest received activity waits.", [[{}, age]]),
    ...gauge("folkmoot_deliveries", "Deliveries owed by state.", [
      [{ state: "waiting" }, deliveries.waiting],
      [{ state: "dead" }, deliveries.dead],
    ]),
    ...gauge("folkmoot_hosts_held_back", "Hosts that are left alone since they failed.", [
      [{}, deliveries.hostsHeldBack],
    ]),
    ...gauge(
      "folkmoot_jobs",
      "Jobs by kind and state.",
      jobs.flatMap(({ kind, due, later, dead }): Sample[] => [
        [{ kind, state: "due" }, due],
        [{ kind, state: "later" }, later],
        [{ kind, state: "dead" }, dead],
      ]),
    ),
  ];
}

const gauge = (name: string, help: string, samples: readonly Sample[]) => family("gauge", name, help, samples);
const counter = (name: string, help: string, samples: readonly Sample[]) => family("counter", name, help, samples);

function family(type: "gauge" | "counter", name: string, help: string, samples: readonly Sample[]): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((sample) => writeSample(name, sample))];
}

function writeSample(name: string, [labels, value]: Sample): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${text.replaceAll(/["\\\n]/g, "_")}"`);
  return `${name}${written.length > 0 ? `{${written.join(",")}}` : ""} ${value}`;
}
