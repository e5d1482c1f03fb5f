import { giveNotices, type Notice } from "../community/give-notice.ts";
import type { AuthorId } from "../core/ids.ts";
import { type Ground, toldReason } from "./ground.ts";

/** Whom a decision meets, and what it was. */
export interface Met {
  readonly authorId: AuthorId;
  readonly kind: Notice["kind"];
  readonly decisionId: number;
  /** A moderator's words; the rule comes before them. */
  readonly reason: string;
  /** The name of the post that it is about. */
  readonly post?: { readonly sourceId: string; readonly language: string | null };
}

/** Tells somebody what was decided about them or what they said, by which rule and why, in the channel by which they are heard. */
export async function tellMet({ app, tx, communityId, rule }: Ground, met: Met): Promise<void> {
  const { authorId, kind, decisionId, reason, post } = met;
  await giveNotices(app, tx, [
    {
      communityId,
      authorId,
      kind,
      decisionId,
      cause: post?.sourceId ?? `decision/${decisionId}`,
      reason: toldReason(rule, reason),
      language: post?.language ?? undefined,
    },
  ]);
}
