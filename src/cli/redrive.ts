import { redriveDeliveries } from "../jobs/deliveries.ts";
import { redriveInbound } from "../jobs/inbound.ts";
import { dropDeliveries, retryHost } from "../jobs/tend-deliveries.ts";
import { argument, command, json, option } from "./command.ts";
import { printable } from "./table.ts";

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

const retry = command({
  name: "deliveries retry",
  summary: "asks a host that is held back again, at once",
  parameters: { host: argument("its name, as status shows it"), json },
  async run({ print, withHouse }, { host, json: asJson }) {
    const waits = await withHouse(({ app }) => retryHost(app.db, host, app.now()));
    print(
      asJson
        ? JSON.stringify({ host, waits })
        : printable(waits ? `${host} is asked again` : `nothing waits for ${host}`),
    );
  },
});

const drop = command({
  name: "deliveries drop",
  summary: "forgets what is owed to a host: it never gets it",
  parameters: { host: argument("its name, as status shows it"), json },
  async run({ print, withHouse }, { host, json: asJson }) {
    const count = await withHouse(({ app }) => dropDeliveries(app.db, host));
    print(asJson ? JSON.stringify({ host, dropped: count }) : `dropped: ${count}`);
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

export const redriveCommands = [inbound, deliveries, retry, drop, jobs];
