import { answerNotice } from "../src/community/answer-notice.ts";
import type { AuthorId } from "../src/core/ids.ts";
import { type Door, done, type Effect, ignored } from "./door.ts";
import { irisOf } from "./iris.ts";
import { wordsOf } from "./on-command.ts";
import type { NoteReading } from "./read-note.ts";

/** The notice of ours that a note answers. Such a note is never a post, whoever can read it. */
export function noticeAnsweredBy({ app }: Door, { inReplyTo }: NoteReading): string | undefined {
  const start = irisOf(app.config.origin).notice("");
  return inReplyTo?.startsWith(start) ? inReplyTo.slice(start.length) : undefined;
}

/** What somebody says to a notice is a command, such as `stop`. */
export async function onNoticeAnswer(
  { app }: Door,
  { noticeId, authorId, note }: { readonly noticeId: string; readonly authorId: AuthorId; readonly note: NoteReading },
): Promise<Effect> {
  const text = wordsOf(note.html);
  const command = await answerNotice(app, { noticeId, authorId, sourceId: note.id, text, language: note.language });
  return command === undefined ? ignored("answers no notice that its author got") : done(`notice answered: ${command}`);
}
