import { limits } from "../src/core/limits.ts";
import { iriOf, isObject, type Json, listOf, textOf, typeOf } from "./as2.ts";

/** Somebody named in a post. The `href` decides who; the name may be anything. */
export interface Mention {
  readonly href: string;
  readonly name: string;
}

/** What Lemmy and PieFed sort the posts of a community by. */
const sorts: ReadonlySet<string> = new Set(["lemmy:CommunityTag", "CommunityPostTag"]);

/** The mentions and hashtags among the tags of a post; the tags of a community are hashtags too. */
export function readTags(value: Json | undefined): {
  readonly mentions: readonly Mention[];
  readonly hashtags: readonly string[];
} {
  const mentions = new Map<string, Mention>();
  const hashtags = new Set<string>();
  for (const tag of listOf(value).slice(0, limits.listItems)) {
    if (!isObject(tag)) continue;
    const name = (textOf(tag["name"]) ?? textOf(tag["display_name"]) ?? textOf(tag["preferredUsername"]) ?? "").slice(
      0,
      limits.nameLength,
    );
    if (typeOf(tag) === "Mention") {
      const href = iriOf(tag["href"]);
      if (href !== undefined) mentions.set(href, { href, name });
    } else if (typeOf(tag) === "Hashtag" || sorts.has(typeOf(tag) ?? "")) {
      const word = name.replace(/^[#＃]/, "").trim();
      if (word !== "") hashtags.add(word);
    }
  }
  return { mentions: [...mentions.values()], hashtags: [...hashtags] };
}
