import { raw } from "hono/html";
import type { PropsWithChildren } from "hono/jsx";
import { sanitize } from "../src/core/html.ts";
import { type Illustrated, illustrate } from "./illustrate.ts";
import type { Reader } from "./reader.ts";

interface Body {
  /** Made fit to be shown once more here, whatever is in the database. */
  readonly html: string;
  readonly language: string | undefined;
  readonly class?: string;
}

/** Somebody's words in their language and direction; an empty `lang` is an unknown one, not that of the page. Only in this file does HTML go into a page as it is. */
export function PostBody({ html, language, ...rest }: Body) {
  return (
    <div class={rest.class ?? "text"} lang={language ?? ""} dir="auto">
      {raw(sanitize(html))}
    </div>
  );
}

interface PostProps {
  readonly reader: Reader;
  readonly post: Illustrated & { readonly language: string | undefined };
}

/** What a post says, with its images among the words, and what belongs to it; behind the content warning that its author gave, if there is one. */
export function PostContent({ reader, post, children }: PropsWithChildren<PostProps>) {
  const { text } = reader.messages;
  const { warning, language } = post;
  const quotes = post.attachments.some(({ kind }) => kind === "quote");
  const gallery = { images: reader.site.images, base: "", undescribed: text("post.image") };
  const content = (
    <>
      {post.html !== "" && (
        <div class={quotes ? "text e-content quoting" : "text e-content"} lang={language ?? ""} dir="auto">
          {raw(illustrate(post, gallery))}
        </div>
      )}
      {children}
    </>
  );
  if (warning === undefined) return content;
  return (
    <details class="warning">
      <summary>
        <span class="vh">{text("post.warning")}: </span>
        <bdi lang={language ?? ""}>{warning}</bdi>
      </summary>
      {content}
    </details>
  );
}
