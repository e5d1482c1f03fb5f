import type { App } from "../app.ts";
import { generateKeys } from "../community/local-keys.ts";
import { type Replacement, replaceKeys } from "../community/replace-keys.ts";
import type { LocalPerson } from "./local-person.ts";
import { notePersonChange } from "./note-person-change.ts";

/** Gives somebody with an account here new keys, and tells every server that knows them. @returns the names of the new keys */
export async function replacePersonKeys(
  app: App,
  { actorId, authorId }: Pick<LocalPerson, "actorId" | "authorId">,
  replacement: Replacement,
): Promise<readonly string[]> {
  const keys = await generateKeys();
  return await app.db.transaction(async (tx) => {
    const names = await replaceKeys(tx, actorId, { keys, ...replacement }, app.now());
    await notePersonChange(app, tx, authorId);
    return names;
  });
}
