import type { PeopleCount } from "../src/community/count-people.ts";
import type { Heard } from "../src/post/heard.ts";
import type { Reader } from "./reader.ts";

interface NumbersProps {
  readonly reader: Reader;
  readonly count: PeopleCount;
  readonly heard: Heard;
}

/** How lively a community is, in a few sentences: who belongs to it, what was said by which way, and how soon people are answered. */
export function Numbers({ reader, count, heard: { all, byChannel } }: NumbersProps) {
  const { text } = reader.messages;
  const { activitypub, mail, web } = byChannel;
  return (
    <section aria-labelledby="numbers">
      <h2 class="h" id="numbers">
        {text("about.numbers")}
      </h2>
      {count.people > 0 && <p class="mt">{text("about.numbers.members", { ...count })}</p>}
      {all.posts > 0 ? (
        <p class="mt">
          {text("about.numbers.said", {
            people: all.voices,
            posts: all.posts,
            activitypub: activitypub.posts,
            mail: mail.posts,
            web: web.posts,
          })}
        </p>
      ) : (
        <p class="mt">{text("about.numbers.silent")}</p>
      )}
      {all.median !== undefined && (
        <p class="mt">
          {text("about.numbers.answered", {
            answered: all.answered,
            threads: all.threads,
            wait: reader.dates.duration(all.median),
          })}
        </p>
      )}
    </section>
  );
}
