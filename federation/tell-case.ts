import type { App } from "../src/app.ts";
import { ensureInstanceActor } from "../src/community/local-keys.ts";
import type { CaseId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import { findOutgoingCase } from "../src/moderation/list-cases.ts";
import { irisOf } from "./iris.ts";

/** What was reported goes to the home of who is reported, in the name of this server, as Mastodon does it: nobody is named. */
export async function tellCase(app: App, caseId: CaseId): Promise<readonly OwedActivity[]> {
  const found = await findOutgoingCase(app.db, caseId);
  if (!found) return [];
  const { author, postName, words } = found;
  const { id: signerId } = await ensureInstanceActor(app);
  const iris = irisOf(app.config.origin);
  const id = `flag/${caseId}`;
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: iris.activity(id),
    type: "Flag",
    actor: iris.instance,
    to: [author.iri],
    object: postName === undefined ? [author.iri] : [author.iri, postName],
    content: words.join("\n").slice(0, limits.flagLength),
  });
  return [
    {
      activity: { id, signerId, type: "Flag", body, audience: "direct", recipientIri: author.iri },
      deliveries: [{ inbox: author.inbox, host: author.host }],
      orderKey: author.iri,
    },
  ];
}
