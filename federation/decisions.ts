import type { LocalActorId } from "../src/core/ids.ts";
import type { OutgoingDecision } from "../src/moderation/outgoing-decision.ts";
import type { Iris } from "./iris.ts";
import { type Act, type Json, standing, toAct, toUndo } from "./to-moderation.ts";

/** One activity as it is kept and served. */
export interface Written {
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/**
 * A decision in activities of the community: those that it consists of, and the body that is announced. What a moderator elsewhere sent
 * is announced as it came.
 *
 * @returns `undefined` for what is nobody else's business
 */
export function writeDecision(
  decision: OutgoingDecision,
  iris: Iris,
  at: Date,
): { readonly own: readonly Written[]; readonly announced: string } | undefined {
  if (decision.original !== undefined) return { own: [], announced: decision.original };
  const community = iris.actor(decision.communityId as string as LocalActorId);
  const actor = decision.moderator ?? community;
  const outline = (id: string) => ({ id: iris.activity(id), actor, community, at });
  const act = actOf(decision, decision.undone ?? decision, community, iris);
  if (!act) return undefined;
  const id = decisionId(decision.id);
  if (!isUndo(decision)) return announcing(write(id, toAct(outline(id), act)));
  if (!decision.undone) return undefined;
  // Whoever takes back what another decided says it once more in their own name: receivers let nobody undo what another did.
  const undoneId = decisionId(decision.undone.id);
  const doneId = decision.undone.bySame ? undoneId : `${undoneId}/by/${decision.id}`;
  const done = toAct(outline(doneId), act);
  return announcing(write(doneId, done), write(id, toUndo(outline(id), done)));
}

/** What the activity of a decision is called. */
export function decisionId(id: number): string {
  return `decision/${id}`;
}

function announcing(...own: readonly Written[]) {
  return { own, announced: own.at(-1)!.body };
}

function write(id: string, activity: Json): Written {
  return { id, type: String(activity["type"]), body: standing(activity) };
}

function isUndo({ action }: OutgoingDecision): boolean {
  return action === "restore" || action === "unlock" || action === "unban";
}

/** What was done, or is taken back. */
function actOf(
  { action, postName, person, role, formerRole, communityId }: OutgoingDecision,
  { reason, until }: Pick<OutgoingDecision, "reason" | "until">,
  community: string,
  iris: Iris,
): Act | undefined {
  const actorId = communityId as string as LocalActorId;
  const summary = reason || undefined;
  switch (action) {
    case "remove":
    case "spam":
    case "restore":
      return postName === undefined
        ? undefined
        : { type: "Delete", object: postName, summary: summary ?? "removed by a moderator" };
    case "lock":
    case "unlock":
      return postName === undefined ? undefined : { type: "Lock", object: postName, summary };
    case "pin":
    case "unpin": {
      const type = action === "pin" ? "Add" : "Remove";
      return postName === undefined ? undefined : { type, object: postName, target: iris.featured(actorId) };
    }
    case "ban":
    case "unban":
      return person && { type: "Block", object: person.iri, target: community, summary, endTime: until };
    case "set-role": {
      // A moderator who becomes an owner stays in the collection.
      if (!person || (role === "member") === (formerRole === "member")) return undefined;
      const type = role === "member" ? "Remove" : "Add";
      return { type, object: person.iri, target: iris.moderators(actorId) };
    }
    default:
      return undefined;
  }
}
