import { DomainError } from "../core/errors.ts";
import { readId, type ThreadId } from "../core/ids.ts";
import { decide } from "../moderation/decide.ts";
import type { ThreadDecision } from "../moderation/decision.ts";
import { argument, type Command, command, json, option } from "./command.ts";

function threadCommand(action: ThreadDecision["action"], summary: string, done: string): Command {
  return command({
    name: `thread ${action}`,
    summary,
    parameters: {
      thread: argument("its id, the end of its address"),
      reason: option("R", "why, for the record"),
      json,
    },
    async run({ print, withHouse }, { thread, reason, json: asJson }) {
      const threadId = readId<ThreadId>(thread);
      if (!threadId) throw new DomainError("not-found", `there is no thread ${thread}`);
      await withHouse(({ app }) => decide(app, { threadId, moderatorId: null, action, reason: reason ?? "" }));
      print(asJson ? JSON.stringify({ id: threadId, [done]: !action.startsWith("un") }) : past[action]);
    },
  });
}

const past: { readonly [A in ThreadDecision["action"]]: string } = {
  lock: "locked",
  unlock: "unlocked",
  pin: "pinned",
  unpin: "unpinned",
};

export const threadCommands = [
  threadCommand("lock", "closes a thread: only moderators can still answer in it", "locked"),
  threadCommand("unlock", "opens a thread again that was locked", "locked"),
  threadCommand("pin", "keeps a thread in front of all others", "pinned"),
  threadCommand("unpin", "lets a thread go that was pinned", "pinned"),
];
