import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import type { Original, Submission } from "../src/post/submission.ts";

type Given = Partial<Submission> & { readonly communityId: CommunityId; readonly authorId: AuthorId };

let count = 0;

/** A post as a door would submit it: a public note from elsewhere that opens a thread. */
export function makeSubmission(given: Given): Submission {
  const sourceId = given.sourceId ?? `https://remote.example/notes/s${++count}`;
  return {
    authorName: "https://remote.example/users/ana",
    channel: "activitypub",
    names: [],
    html: "<p>How do you keep slugs off lettuce?</p>",
    sensitive: false,
    original: makeOriginal(`${sourceId}/activity`),
    ...given,
    sourceId,
  };
}

export function makeOriginal(messageId: string): Original {
  return { mediaType: "application/activity+json", messageId, bytes: Buffer.from(JSON.stringify({ id: messageId })) };
}
