import { getLocalPerson } from "../account/local-person.ts";
import { readLanguage } from "../community/community-facts.ts";
import { getCommunity } from "../community/get-community.ts";
import { DomainError } from "../core/errors.ts";
import { moderates } from "../moderation/require-role.ts";
import { writePost } from "../post/write-post.ts";
import { argument, command, handleArgument, json, option, requiredOption } from "./command.ts";
import { readTextFile } from "./text-file.ts";

const announce = command({
  name: "community announce",
  summary: "says something to all members, in the name of a moderator; who has mail gets it at once",
  parameters: {
    handle: handleArgument("the handle of the community"),
    file: argument("a file with the words, in Markdown; - is standard input"),
    by: requiredOption("A", "the handle of the moderator or owner who says it"),
    title: requiredOption("T", "what the thread is called"),
    language: option("en", "the language of the words; that of the community when left out"),
    json,
  },
  async run({ config, print, withHouse }, { handle, file, by, title, language, json: asJson }) {
    const text = readTextFile(file);
    const { action, id } = await withHouse(async ({ app }) => {
      const community = await getCommunity(app.db, handle);
      const { authorId } = await getLocalPerson(app.db, by.replace(/^@/, ""));
      if (!(await moderates(app.db, community.id, authorId)))
        throw new DomainError("not-allowed", `@${by.replace(/^@/, "")} is no moderator of ${handle}`);
      const outcome = await writePost(app, {
        ...{ authorId, communityId: community.id, text, title, announcement: true },
        language: language === undefined ? community.language : readLanguage(language),
        // The same words on one day are one announcement.
        key: `announce ${app.now().toISOString().slice(0, 10)}`,
      });
      return { action: outcome.action, id: "postId" in outcome ? outcome.postId : undefined };
    });
    if (id === undefined) throw new DomainError("not-allowed", `${handle} takes no post now`);
    const url = `${config.origin}/p/${id}`;
    print(asJson ? JSON.stringify({ id, url, announced: action === "accept" }) : url);
  },
});

export const announceCommands = [announce];
