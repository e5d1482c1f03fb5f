import { getCommunity } from "../community/get-community.ts";
import { decideHeld } from "../moderation/decide-held.ts";
import { type HeldPost, listHeld } from "../moderation/list-held.ts";
import { argument, command, json, optionalHandle, requiredOption } from "./command.ts";
import { readPostId } from "./post.ts";
import { formatTable } from "./table.ts";

const list = command({
  name: "held list",
  summary: "lists the posts that wait for a moderator, and new words for posts",
  parameters: { community: optionalHandle("the handle of a community; all when left out"), json },
  async run({ print, withHouse }, values) {
    const held = await withHouse(async ({ app }) => {
      const community = values.community ? await getCommunity(app.db, values.community) : undefined;
      return await listHeld(app.db, community?.id);
    });
    if (values.json) return print(JSON.stringify(held.map(describe)));
    if (held.length === 0) return print("nothing waits");
    const rows = held.map((post) => [
      post.id,
      post.kind,
      post.community,
      addressOf(post),
      post.createdAt.toISOString().slice(0, 16),
      post.title,
    ]);
    print(formatTable(["id", "kind", "community", "author", "since", "title"], rows));
  },
});

const approve = command({
  name: "held approve",
  summary: "publishes a post that waits, or new words for one",
  parameters: { post: argument("its id, as held list shows it"), json },
  async run({ print, withHouse }, values) {
    const postId = readPostId(values.post);
    await withHouse(({ app }) => decideHeld(app, { id: postId, moderatorId: null, action: "approve", reason: "" }));
    print(values.json ? JSON.stringify({ id: postId, state: "published" }) : "published");
  },
});

const reject = command({
  name: "held reject",
  summary: "refuses a post that waits, or new words for one; its author is told why",
  parameters: {
    post: argument("its id, as held list shows it"),
    reason: requiredOption("R", "what its author is told"),
    json,
  },
  async run({ print, withHouse }, values) {
    const postId = readPostId(values.post);
    await withHouse(({ app }) =>
      decideHeld(app, { id: postId, moderatorId: null, action: "reject", reason: values.reason }),
    );
    print(values.json ? JSON.stringify({ id: postId, state: "rejected" }) : "rejected");
  },
});

function describe(post: HeldPost) {
  const { id, kind, postId, community, author, title, html, attachments, reason, createdAt } = post;
  const address = addressOf(post);
  return {
    id,
    kind,
    post: postId,
    community,
    author: { ...author, address },
    title,
    html,
    attachments,
    reason,
    createdAt,
  };
}

function addressOf({ author }: HeldPost): string {
  return `@${author.handle}@${author.host}`;
}

export const heldCommands = [list, approve, reject];
