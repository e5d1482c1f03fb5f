import { findCommunity } from "../src/community/get-community.ts";
import { findCause } from "../src/community/get-notice.ts";
import { giveNotices } from "../src/community/give-notice.ts";
import { textOfHtml } from "../src/core/html.ts";
import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import { sayAnswer } from "../src/post/command-answers.ts";
import { findPostsByName } from "../src/post/find-posts.ts";
import { obeyCommand } from "../src/post/obey-command.ts";
import { type Command, readCommand } from "../src/post/read-command.ts";
import { type Door, done, type Effect } from "./door.ts";
import type { NoteReading } from "./read-note.ts";

/** The command that a private note is, without whom it speaks to; `undefined` for what others can read, and for what is none. */
export function commandOf({ html, visibility, language }: NoteReading): Command | undefined {
  if (visibility !== "direct") return undefined;
  return readCommand(wordsOf(html), language === undefined ? [] : [language]);
}

/** What a note says, without the people whom it names first. */
export function wordsOf(html: string): string {
  return textOfHtml(html).replace(/^(\s*@[^\s@]+(@[^\s@]+)?)+/u, "");
}

/** Who says it, to whom. */
export interface SaidPrivately {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly note: NoteReading;
  /** The notice that it answers: it is about what that was about. */
  readonly noticeId: string | undefined;
}

/** Does what somebody tells a community privately, and answers them. */
export async function onCommand(
  { app }: Door,
  command: Command,
  { communityId, authorId, note, noticeId }: SaidPrivately,
): Promise<Effect> {
  const about = noticeId === undefined ? note.inReplyTo : await findCause(app.db, { noticeId, authorId });
  const answered = await findPostsByName(app.db, about === undefined ? [] : [about]);
  const answeredId = answered.find((post) => post.communityId === communityId)?.id;
  const act = { act: "message", evidence: note.id } as const;
  const answer = await obeyCommand(app, { command, communityId, authorId, answeredId, act });
  const community = await findCommunity(app.db, communityId);
  const { text, language } = sayAnswer(answer, note.language, community?.language);
  const notice = { communityId, authorId, kind: "obeyed", cause: note.id, reason: text, language } as const;
  await app.db.transaction((tx) => giveNotices(app, tx, [notice]));
  return done(`told to ${command.name}: ${answer.key}`);
}
