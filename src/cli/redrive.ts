import { DomainError } from "../core/errors.ts";
import { redriveDeliveries } from "../jobs/deliveries.ts";
import { redriveInbound } from "../jobs/inbound.ts";
import { command, json, option } from "./command.ts";

const inbound = command({
  name: "inbound redrive",
  summary: "tries received activities again that failed too often",
  parameters: { id: option("N", "only the one with this number"), json },
  async run({ print, withHouse }, values) {
    const ids = values.id === undefined ? undefined : [readNumber(values.id)];
    const count = await withHouse(({ app }) => redriveInbound(app.db, ids));
    print(values.json ? JSON.stringify({ redriven: count }) : `to be tried again: ${count}`);
  },
});

const deliveries = command({
  name: "deliveries redrive",
  summary: "tries deliveries again that were given up",
  parameters: { host: option("H", "only those to this host"), json },
  async run({ print, withHouse }, values) {
    const count = await withHouse(({ app }) => redriveDeliveries(app.db, app.now(), values.host));
    print(values.json ? JSON.stringify({ redriven: count }) : `to be tried again: ${count}`);
  },
});

const jobs = command({
  name: "jobs redrive",
  summary: "tries jobs again that failed too often",
  parameters: { json },
  async run({ print, withHouse }, values) {
    const count = await withHouse(({ app }) => app.jobs.redrive());
    print(values.json ? JSON.stringify({ redriven: count }) : `to be tried again: ${count}`);
  },
});

function readNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new DomainError("invalid", `${text} is not a number of an activity`);
  return number;
}

export const redriveCommands = [inbound, deliveries, jobs];
