import type { Quoted, QuotedHere } from "../src/post/list-quoted.ts";
import { snippet } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { safeUrl } from "./safe-url.ts";

/**
 * What a post quotes: how it begins, where whoever wrote it allows that; else a link, to those that are here by their authors, to others
 * by their servers.
 */
export function Quotes({ reader, quotes }: { reader: Reader; quotes: readonly Quoted[] }) {
  return (
    <>
      {quotes.map(({ name, here }) =>
        here ? <QuoteHere reader={reader} quoted={here} /> : <QuoteElsewhere reader={reader} name={name} />,
      )}
    </>
  );
}

function QuoteHere({ reader, quoted }: { reader: Reader; quoted: QuotedHere }) {
  const { author, words } = quoted;
  const said = (classes: string) =>
    reader.messages.rich("post.quotes", {
      who: <bdi class={words && "p-author"}>{author.name}</bdi>,
      link: (content) => (
        <a class={`${classes} quiet`} href={`/p/${quoted.id}`}>
          {content}
        </a>
      ),
    });
  if (!words) return <p class="re quotes">{said("u-quotation-of")}</p>;
  return (
    <div class="u-quotation-of h-cite quotes" {...snippet(author.indexable)}>
      <p class="re">{said("u-url")}</p>
      <blockquote lang={words.language ?? ""} dir="auto">
        {words.title && <p class="p-name">{words.title}</p>}
        <p class="p-content">{words.beginning}</p>
      </blockquote>
    </div>
  );
}

function QuoteElsewhere({ reader, name }: { reader: Reader; name: string }) {
  const away = safeUrl(name);
  if (away === undefined) return null;
  return (
    <p class="re quotes">
      {reader.messages.rich("post.quotes-elsewhere", {
        host: <bdi>{new URL(away).host}</bdi>,
        link: (content) => (
          <a class="u-quotation-of quiet" href={away} rel="nofollow ugc noopener noreferrer">
            {content}
          </a>
        ),
      })}
    </p>
  );
}
