import { redriveDeliveries } from "../jobs/deliveries.ts";
import { redriveInbound } from "../jobs/inbound.ts";
import { command, json, option } from "./command.ts";

const inbound = command({
  name: "inbound redrive",
  summary: "tries received activities again that failed too often",
  parameters: { json },
  async run({ print, withHouse }, values) {
    const count = await withHouse(({ app }) => redriveInbound(app.db));
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

export const redriveCommands = [inbound, deliveries, jobs];
