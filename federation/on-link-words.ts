import { linkCodeIn, useLinkWords } from "../src/account/link-code.ts";
import { textOfHtml } from "../src/core/html.ts";
import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import { type Door, done, type Effect, ignored } from "./door.ts";
import type { NoteReading } from "./read-note.ts";

/** Whether a private note has a code in it by which somebody shows who they are here. Such a note is never a post. */
export function hasLinkCode({ html, visibility }: NoteReading): boolean {
  return visibility === "direct" && linkCodeIn(textOfHtml(html)) !== undefined;
}

/** Somebody shows that an account here is theirs too: the signature of what they sent is the proof. */
export async function onLinkWords(
  { app }: Door,
  { communityId, authorId, note }: { communityId: CommunityId; authorId: AuthorId; note: NoteReading },
): Promise<Effect> {
  const text = textOfHtml(note.html);
  const outcome = await useLinkWords(app, { authorId, communityId, sourceId: note.id, text });
  return outcome === "linked" ? done("linked to an account here") : ignored(`not linked: ${outcome}`);
}
