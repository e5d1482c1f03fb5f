import { and, eq, isNull } from "drizzle-orm";
import type { App } from "../app.ts";
import { type AuthorId, readId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { linkedIdentities } from "../db/schema/account.ts";
import { notices } from "../db/schema/notice.ts";
import { giveNotices, muteNotices } from "./give-notice.ts";

/** What somebody said to a notice, by whatever channel. */
export interface NoticeAnswer {
  readonly noticeId: string;
  readonly authorId: AuthorId;
  /** The name of the message that says it. */
  readonly sourceId: string;
  /** Plain text, without whom it speaks to. */
  readonly text: string;
  readonly language?: string | undefined;
}

const commands = ["stop", "start", "help", "appeal", "unlink"] as const;
type Command = (typeof commands)[number];

/** The words by which each is known, in the languages that notices are in. */
const words: Readonly<Record<Command, readonly string[]>> = {
  stop: ["stop", "unsubscribe", "توقف", "إيقاف"],
  start: ["start", "ابدأ"],
  help: ["help", "?", "مساعدة"],
  appeal: ["appeal", "اعتراض", "أعترض"],
  unlink: ["unlink"],
};

/** The command in an answer, and what follows it. What is no command asks for help. Decides; does not act. */
export function readCommand(text: string): { readonly command: Command; readonly rest: string } {
  const [, first = "", rest = ""] = /^\s*([^\s.,:;!،؛]*)[.,:;!،؛]*\s*([\s\S]*)$/u.exec(text) ?? [];
  const said = first.toLowerCase();
  return { command: commands.find((command) => words[command].includes(said)) ?? "help", rest: rest.trim() };
}

/** Whether somebody decided against its reader. */
export function canBeAppealed(kind: (typeof notices.$inferSelect)["kind"]): boolean {
  return ["held", "refused", "edit-refused", "removed", "warned", "banned"].includes(kind);
}

/**
 * Does what somebody says to a notice that they got: no more notices, notices again, an appeal, or help. Each is acknowledged once.
 *
 * @returns `undefined` when they never got such a notice
 */
export async function answerNotice(app: App, answer: NoticeAnswer): Promise<Command | undefined> {
  const id = readId(answer.noticeId);
  if (id === undefined) return undefined;
  return await app.db.transaction(async (tx) => {
    const [notice] = await tx.select().from(notices).where(eq(notices.id, id)).for("update");
    if (notice?.authorId !== answer.authorId) return undefined;
    const { communityId, authorId } = notice;
    const { command, rest } = readCommand(answer.text);
    const acknowledge = (kind: "help" | "stopped" | "started" | "appealed" | "unlinked") =>
      giveNotices(app, tx, [{ communityId, authorId, kind, cause: answer.sourceId, language: answer.language }]);
    switch (command) {
      case "stop":
      case "start":
        await muteNotices(tx, notice, command === "stop", app.now());
        await acknowledge(command === "stop" ? "stopped" : "started");
        return command;
      case "appeal": {
        if (rest === "" || !canBeAppealed(notice.kind)) {
          await acknowledge("help");
          return "help";
        }
        await tx
          .update(notices)
          .set({ appeal: rest.slice(0, limits.appealLength).toWellFormed(), appealedAt: app.now() })
          .where(and(eq(notices.id, id), isNull(notices.appealedAt)));
        await acknowledge("appealed");
        return command;
      }
      case "unlink":
        // What anybody may have linked who had the account for a moment.
        await tx.delete(linkedIdentities).where(eq(linkedIdentities.authorId, authorId));
        await acknowledge("unlinked");
        return command;
      case "help":
        await acknowledge("help");
        return command;
    }
  });
}
