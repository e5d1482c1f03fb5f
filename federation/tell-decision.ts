import type { App } from "../src/app.ts";
import { listFollowerInboxes } from "../src/community/list-followers.ts";
import type { LocalActorId } from "../src/core/ids.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import { findOutgoingDecision } from "../src/moderation/outgoing-decision.ts";
import { decisionId, writeDecision } from "./decisions.ts";
import { irisOf } from "./iris.ts";
import { familyOf } from "./software.ts";
import { toGroupAnnounce, withoutHiddenRecipients } from "./to-announce.ts";

/**
 * A thread was locked or pinned, a member banned or given a role: the FEP-1b12 family hears of it, and so does the home of the person if
 * it is of that family. Microblogs would make nothing of it.
 */
export async function tellDecision(app: App, id: number): Promise<readonly OwedActivity[]> {
  const decision = await findOutgoingDecision(app.db, app.config.origin, id);
  const iris = irisOf(app.config.origin);
  const at = app.now();
  const written = decision && writeDecision(decision, iris, at);
  if (!decision || !written) return [];
  const signerId = decision.communityId as string as LocalActorId;
  const orderKey = decision.postName ?? decision.person?.iri ?? decision.communityId;
  const owe = (activity: { id: string; type: string; body: string }, inboxes: OwedActivity["deliveries"] = []) =>
    ({ activity: { ...activity, signerId, audience: "public" }, deliveries: inboxes, orderKey }) as const;
  const announceId = `announce-${decisionId(id)}`;
  const outline = {
    id: iris.activity(announceId),
    actor: iris.actor(signerId),
    followers: iris.followers(signerId),
    at,
  };
  const body = toGroupAnnounce(outline, withoutHiddenRecipients(written.announced));
  const followers = await listFollowerInboxes(app.db, decision.communityId);
  const groups = followers.filter(({ software }) => familyOf(software) !== "microblog");
  const { inbox, host, software } = decision.person ?? {};
  const home = inbox !== undefined && host !== undefined && familyOf(software) === "group" ? [{ inbox, host }] : [];
  const inboxes = new Map([...groups, ...home].map((one) => [one.inbox, { inbox: one.inbox, host: one.host }]));
  return [
    ...written.own.map((one) => owe(one)),
    owe({ id: announceId, type: "Announce", body }, [...inboxes.values()]),
  ];
}
