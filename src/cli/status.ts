import type { DeliveryDepth } from "../jobs/deliveries.ts";
import { readStatus, type Status } from "../jobs/read-status.ts";
import { command, json } from "./command.ts";
import { formatTable, printable } from "./table.ts";

const status = command({
  name: "status",
  summary: "shows what waits and what failed",
  parameters: { json },
  async run({ print, now, withHouse }, values) {
    const found = await withHouse(({ app }) => readStatus(app));
    if (values.json) return print(JSON.stringify(found));
    for (const part of describeStatus(found, now())) print(part);
  },
});

/** The same in words, with tables only of what there is. */
export function describeStatus({ inbound, jobs, deliveries, failures }: Status, now: Date): readonly string[] {
  const since = (at: Date | undefined) => (at ? `, the oldest for ${ageOf(at, now)}` : "");
  return [
    `activities to read: ${inbound.waiting}${since(inbound.oldestAt)}; set aside: ${inbound.dead}`,
    ...(jobs.length === 0 ? ["jobs: none"] : []),
    ...jobs.map(
      ({ kind, due, oldestAt, later, dead }) =>
        `jobs to ${kind}: ${due} due${since(oldestAt)}; ${later} for later; set aside: ${dead}`,
    ),
    `deliveries: ${deliveries.waiting} wait; set aside: ${deliveries.dead}; hosts held back: ${deliveries.hostsHeldBack}`,
    ...(deliveries.hosts.length === 0 ? [] : ["", describeHosts(deliveries.hosts, now)]),
    ...(failures.length === 0 ? [] : ["", "set aside, newest first:"]),
    ...failures.map(({ what, name, error }) => `  ${what} ${printable(name)}: ${printable(error)}`),
    ...(failures.length === 0 ? [] : ["try again with: folkmoot inbound redrive, deliveries redrive, jobs redrive"]),
  ];
}

function describeHosts(hosts: readonly DeliveryDepth[], now: Date): string {
  const rows = hosts.map(({ host, waiting, oldestAt, dead, failures, heldUntil, lastError }) => [
    host,
    String(waiting),
    oldestAt ? ageOf(oldestAt, now) : "",
    String(dead),
    String(failures),
    heldUntil && heldUntil > now ? `for ${ageOf(now, heldUntil)}` : "",
    lastError ?? "",
  ]);
  return formatTable(["host", "waiting", "oldest", "dead", "failures", "held back", "last error"], rows);
}

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** How long ago, in the largest unit that fits. */
export function ageOf(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  const [unit, size] = units.find(([, length]) => seconds >= length) ?? units[3];
  return `${Math.floor(seconds / size)} ${unit}`;
}
export const statusCommands = [status];

/** As in `2026-11-26`, of UTC. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
