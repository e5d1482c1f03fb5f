import { type PostId, readId } from "../src/core/ids.ts";
import { approveBoost, revokeBoost } from "../src/post/boost-approvals.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { irisOf } from "./iris.ts";
import { readApproval } from "./read-approval.ts";

interface BoostQuestion {
  readonly boostId: string;
  readonly postId: PostId;
}

/** The boost of ours that an answer is about. */
export function readBoostQuestion({ app }: Door, iri: string | undefined): BoostQuestion | undefined {
  const start = irisOf(app.config.origin).activity("announce/");
  if (!iri?.startsWith(start)) return undefined;
  const [, id, decision = ""] = /^([^/]+)((?:\/\d+)?)$/.exec(iri.slice(start.length)) ?? [];
  const postId = readId<PostId>(id);
  return postId && { boostId: `announce/${postId}${decision}`, postId };
}

/** An author says whether a boost may go out; what proves their yes stands at their own home, be it the yes itself. A no after a yes takes the boost back. */
export async function onBoostAnswer(
  { app }: Door,
  accepted: Accepted,
  { boostId, postId }: BoostQuestion,
): Promise<Effect> {
  const { actor, type } = accepted;
  if (type === "Reject") {
    const revoked = await revokeBoost(app, { boostId, actorIri: actor });
    return done(revoked ? "the boost is not wanted any longer" : "the boost is not wanted");
  }
  const approvedBy = readApproval(accepted);
  if (approvedBy === undefined) return ignored("proves no approval");
  const approved = await approveBoost(app, { boostId, postId, actorIri: actor, approvedBy });
  return approved ? done("the boost is approved") : ignored("approves nothing that was asked");
}
