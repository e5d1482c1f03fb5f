import { getCommunity } from "../community/get-community.ts";
import { closeAppeal, listAppeals } from "../community/list-appeals.ts";
import { argument, command, json, optionalHandle } from "./command.ts";
import { formatTable } from "./table.ts";

const list = command({
  name: "appeal list",
  summary: "lists what authors say against decisions about their posts",
  parameters: { community: optionalHandle("the handle of a community; all when left out"), json },
  async run({ print, withHouse }, values) {
    const appeals = await withHouse(async ({ app }) => {
      const community = values.community ? await getCommunity(app.db, values.community) : undefined;
      return await listAppeals(app.db, community?.id);
    });
    if (values.json) return print(JSON.stringify(appeals));
    if (appeals.length === 0) return print("nobody appeals");
    const rows = appeals.map(({ id, community, author, kind, cause, words }) => [
      id,
      community,
      author.address ?? author.name,
      kind,
      cause,
      words,
    ]);
    print(formatTable(["appeal", "community", "author", "decision", "post", "words"], rows));
  },
});

const close = command({
  name: "appeal close",
  summary: "takes an appeal off the list; what came of it is decided about the post",
  parameters: { appeal: argument("its id, as appeal list shows it"), json },
  async run({ print, withHouse }, { appeal, json: asJson }) {
    await withHouse(({ app }) => closeAppeal(app, appeal));
    print(asJson ? JSON.stringify({ id: appeal, state: "closed" }) : "closed");
  },
});

export const appealCommands = [list, close];
