import type { Quoted } from "../src/post/list-quoted.ts";
import type { Reader } from "./reader.ts";
import { safeUrl } from "./safe-url.ts";

/** Which posts a post quotes, as links: to those that are here by their authors, to others by their servers. */
export function Quotes({ reader, quotes }: { reader: Reader; quotes: readonly Quoted[] }) {
  const { rich } = reader.messages;
  return (
    <>
      {quotes.map(({ name, here }) => {
        const away = safeUrl(name);
        if (here) {
          const who = <bdi>{here.by}</bdi>;
          return (
            <p class="re quotes">
              {rich("post.quotes", {
                who,
                link: (content) => (
                  <a class="u-quotation-of quiet" href={`/p/${here.id}`}>
                    {content}
                  </a>
                ),
              })}
            </p>
          );
        }
        return (
          away && (
            <p class="re quotes">
              {rich("post.quotes-elsewhere", {
                host: <bdi>{new URL(away).host}</bdi>,
                link: (content) => (
                  <a class="u-quotation-of quiet" href={away} rel="nofollow ugc noopener noreferrer">
                    {content}
                  </a>
                ),
              })}
            </p>
          )
        );
      })}
    </>
  );
}
