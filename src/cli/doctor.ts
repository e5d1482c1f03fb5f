import { Resolver } from "node:dns/promises";
import { listCommunities } from "../community/list-communities.ts";
import { DomainError } from "../core/errors.ts";
import type { House } from "../house.ts";
import { command, json, type Session } from "./command.ts";
import {
  checkConfig,
  checkDatabase,
  checkMail,
  checkOrigin,
  checkQueues,
  checkSignature,
  type Finding,
} from "./doctor-checks.ts";
import { checkMailDomain, checkRoundTrip } from "./doctor-mail.ts";

const dnsDeadline = 3_000;

const doctor = command({
  name: "doctor",
  summary: "checks the whole and says in words what to do",
  parameters: { json },
  async run(session, values) {
    const findings = await session.withHouse((house) => examine(session, house));
    if (values.json) session.print(JSON.stringify(findings));
    else for (const { ok, what, words } of findings) session.print(`${ok ? "well " : "ILL  "} ${what}: ${words}`);
    const ill = findings.filter(({ ok }) => !ok).map(({ what }) => what);
    if (ill.length > 0) throw new DomainError("invalid", `to be put right: ${ill.join(", ")}`);
  },
});

async function examine({ config, now }: Session, { app, connection }: House): Promise<readonly Finding[]> {
  const [community] = await listCommunities(app.db);
  const dns = new Resolver({ timeout: dnsDeadline, tries: 2 });
  return [
    ...checkConfig(config),
    checkMail(config),
    ...(await checkSignature(app, async (name) => await dns.resolveTxt(name))),
    ...(await checkMailDomain(config, dns)),
    await checkRoundTrip(app, community?.handle),
    ...(await checkDatabase(connection, now)),
    ...(await checkQueues(app)),
    ...(await checkOrigin(config.origin, community)),
  ];
}

export const doctorCommands = [doctor];
