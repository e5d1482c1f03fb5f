import type { ReplyTarget } from "../src/post/find-reply-target.ts";
import { PersonLink } from "./names.tsx";
import type { Reader } from "./reader.ts";

/** How a post begins, for whoever is about to do something with it, and the way to all of it. */
export function Beginning({ reader, target }: { reader: Reader; target: ReplyTarget }) {
  const { id, author, beginning, language } = target;
  return (
    <blockquote class="mt">
      <p class="side">
        <PersonLink name={author.name} address={author.address} />
      </p>
      <p lang={language ?? ""} dir="auto">
        {beginning}
      </p>
      <p class="side">
        <a href={`/p/${id}`}>{reader.messages.text("history.back")}</a>
      </p>
    </blockquote>
  );
}
