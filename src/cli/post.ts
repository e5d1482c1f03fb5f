import { DomainError } from "../core/errors.ts";
import { type PostId, readId } from "../core/ids.ts";
import { decide } from "../moderation/decide.ts";
import { argument, command, json, requiredOption } from "./command.ts";

const remove = command({
  name: "post remove",
  summary: "takes a post away; the place where it was shows the reason",
  parameters: {
    post: argument("its id, the end of its address"),
    reason: requiredOption("R", "what everybody is told"),
    json,
  },
  async run({ print, withHouse }, { post, reason, json: asJson }) {
    const postId = readPostId(post);
    await withHouse(({ app }) => decide(app, { postId, moderatorId: null, action: "remove", reason }));
    print(asJson ? JSON.stringify({ id: postId, state: "removed" }) : "removed");
  },
});

const restore = command({
  name: "post restore",
  summary: "brings back a post that was removed",
  parameters: { post: argument("its id, the end of its address"), json },
  async run({ print, withHouse }, { post, json: asJson }) {
    const postId = readPostId(post);
    await withHouse(({ app }) => decide(app, { postId, moderatorId: null, action: "restore", reason: "" }));
    print(asJson ? JSON.stringify({ id: postId, state: "published" }) : "published");
  },
});

/** @throws {DomainError} `not-found` for what is no id. */
export function readPostId(text: string): PostId {
  const id = readId<PostId>(text);
  if (!id) throw new DomainError("not-found", `there is no post ${text}`);
  return id;
}

export const postCommands = [remove, restore];
