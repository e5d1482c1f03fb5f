import { raw } from "hono/html";
import type { PropsWithChildren } from "hono/jsx";
import { sanitize } from "../src/core/html.ts";
import type { Messages } from "./messages.ts";

interface Body {
  /** Made fit to be shown once more here, whatever is in the database. */
  readonly html: string;
  readonly language: string | undefined;
  readonly class?: string;
}

/** Somebody's words, if there are any, in their language and direction; an empty `lang` is an unknown one, not that of the page. The only place where HTML goes into a page as it is. */
export function PostBody({ html, language, ...rest }: Body) {
  if (html === "") return null;
  return (
    <div class={rest.class ?? "text"} lang={language ?? ""} dir="auto">
      {raw(sanitize(html))}
    </div>
  );
}

interface Warned extends Body {
  readonly warning: string | undefined;
  readonly messages: Messages;
}

/** The same, and what belongs to it, behind the content warning that its author gave, if there is one. */
export function WarnedBody({ warning, messages, children, ...body }: PropsWithChildren<Warned>) {
  if (warning === undefined)
    return (
      <>
        <PostBody {...body} />
        {children}
      </>
    );
  return (
    <details class="warning">
      <summary>
        <span class="vh">{messages.text("post.warning")}: </span>
        <bdi lang={body.language ?? ""}>{warning}</bdi>
      </summary>
      <PostBody {...body} />
      {children}
    </details>
  );
}
