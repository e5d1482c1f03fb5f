import type { ReactionCount } from "../src/post/count-reactions.ts";
import type { Reader } from "./reader.ts";

/** What people made of a post without a word: said quietly, and never who. */
export function Reactions({ reader, count }: { reader: Reader; count: ReactionCount }) {
  const { text } = reader.messages;
  const parts = [
    count.likes > 0 && text("reactions.likes", { count: count.likes }),
    count.dislikes > 0 && text("reactions.dislikes", { count: count.dislikes }),
    count.emoji > 0 && [text("reactions.emoji", { count: count.emoji }), ...count.emojis].join(" "),
    count.boosts > 0 && text("reactions.boosts", { count: count.boosts }),
  ];
  return <span class="tally">{parts.filter(Boolean).join(" · ")}</span>;
}
