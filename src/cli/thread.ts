import { DomainError } from "../core/errors.ts";
import { readId, type ThreadId } from "../core/ids.ts";
import { decide } from "../moderation/decide.ts";
import type { ThreadDecision } from "../moderation/decision.ts";
import { argument, type Command, command, json, option, optionalArgument } from "./command.ts";

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
      const threadId = readThreadId(thread);
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

const topic = command({
  name: "thread topic",
  summary: "puts a thread under a topic, or under none",
  parameters: {
    thread: argument("its id, the end of its address"),
    topic: optionalArgument("the topic, as topic list shows it; none when left out"),
    reason: option("R", "why, for the record"),
    json,
  },
  async run({ print, withHouse }, { thread, topic, reason, json: asJson }) {
    const threadId = readThreadId(thread);
    const decision = { action: "set-topic", threadId, topic: topic ?? null, moderatorId: null } as const;
    await withHouse(({ app }) => decide(app, { ...decision, reason: reason ?? "" }));
    print(asJson ? JSON.stringify({ id: threadId, topic: topic ?? null }) : topic ? `under ${topic}` : "under none");
  },
});

function readThreadId(text: string): ThreadId {
  const id = readId<ThreadId>(text);
  if (!id) throw new DomainError("not-found", `there is no thread ${text}`);
  return id;
}

export const threadCommands = [
  threadCommand("lock", "closes a thread: only moderators can still answer in it", "locked"),
  threadCommand("unlock", "opens a thread again that was locked", "locked"),
  threadCommand("pin", "keeps a thread in front of all others", "pinned"),
  threadCommand("unpin", "lets a thread go that was pinned", "pinned"),
  topic,
];
