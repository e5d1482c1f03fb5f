import { listInboxesKnowing } from "../src/account/list-inboxes-knowing.ts";
import { findLocalPerson } from "../src/account/local-person.ts";
import type { App } from "../src/app.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import type { OutboundEvent } from "../src/outbound/event.ts";
import type { ActorWriter } from "./actor-documents.ts";
import { irisOf, publicCollection } from "./iris.ts";

/** Somebody with an account here has another name, picture or key: their actor document goes to every server that heard of them. */
export async function tellOfPerson(
  app: App,
  writer: ActorWriter,
  event: Extract<OutboundEvent, { readonly kind: "person-changed" }>,
): Promise<readonly OwedActivity[]> {
  const person = await findLocalPerson(app.db, event.actorId);
  if (person?.state !== "active") return [];
  const iris = irisOf(app.config.origin);
  const id = `update/${person.actorId}/${event.version}`;
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: iris.activity(id),
    type: "Update",
    actor: iris.actor(person.actorId),
    published: person.updatedAt.toISOString(),
    to: [publicCollection],
    cc: [iris.followers(person.actorId)],
    object: await writer.personDocument(person),
  });
  return [
    {
      activity: { id, signerId: person.actorId, type: "Update", body, audience: "public" },
      deliveries: await listInboxesKnowing(app.db, person.authorId),
      orderKey: person.actorId,
    },
  ];
}

/** Somebody with an account here is gone, and with them what other servers have of them. */
export async function tellOfErasure(
  app: App,
  event: Extract<OutboundEvent, { readonly kind: "person-erased" }>,
): Promise<readonly OwedActivity[]> {
  const person = await findLocalPerson(app.db, event.actorId);
  if (!person) return [];
  const iris = irisOf(app.config.origin);
  const actor = iris.actor(person.actorId);
  const id = `delete/${person.actorId}`;
  const body = JSON.stringify({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: iris.activity(id),
    type: "Delete",
    actor,
    published: app.now().toISOString(),
    to: [publicCollection],
    object: actor,
  });
  return [
    {
      activity: { id, signerId: person.actorId, type: "Delete", body, audience: "public" },
      deliveries: await listInboxesKnowing(app.db, person.authorId),
      orderKey: person.actorId,
    },
  ];
}
