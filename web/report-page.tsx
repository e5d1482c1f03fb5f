import type { Child } from "hono/jsx";
import type { Rule } from "../src/community/rules.ts";
import { limits } from "../src/core/limits.ts";
import type { ReplyTarget } from "../src/post/find-reply-target.ts";
import { AwayForm } from "./away-form.tsx";
import { Beginning } from "./beginning.tsx";
import { Layout } from "./layout.tsx";
import type { Reader } from "./reader.ts";
import { Fault } from "./sign-in-page.tsx";

interface ReportPageProps {
  readonly reader: Reader;
  readonly target: ReplyTarget;
  readonly rules: readonly Rule[];
  /** Where the author is at home, when that is elsewhere. */
  readonly home: string | undefined;
  /** Made once for each form. */
  readonly key: string;
  readonly fault?: string | undefined;
  readonly typed?: { readonly rule: string; readonly words: string; readonly forward: boolean } | undefined;
}

/** Where somebody says that moderators should look at a post. */
export function ReportPage(props: ReportPageProps) {
  const { reader, target, fault } = props;
  const { text } = reader.messages;
  return (
    <Frame reader={reader} target={target}>
      <Beginning reader={reader} target={target} />
      <p class="mt side">{text("report.who-reads")}</p>
      {fault !== undefined && <Fault id="report-fault" words={fault} />}
      {reader.viewer ? <Form {...props} /> : <Elsewhere {...props} />}
    </Frame>
  );
}

function Form({ reader, target, rules, home, key, typed }: ReportPageProps) {
  const { text } = reader.messages;
  return (
    <form method="post" action={`/p/${target.id}/report`}>
      <input type="hidden" name="key" value={key} />
      <fieldset>
        <legend>{text("report.rule")}</legend>
        {rules.map(({ number, words }) => (
          <label class="opt">
            <input type="radio" name="rule" value={String(number)} checked={typed?.rule === String(number)} />
            <span lang={target.community.language} dir="auto">
              {number}. {words}
            </span>
          </label>
        ))}
        <label class="opt">
          <input type="radio" name="rule" value="" checked={!typed?.rule} />
          {text("report.other")}
        </label>
      </fieldset>
      <label class="mt" for="words">
        {text("report.words")}
      </label>
      <textarea id="words" name="words" rows={5} class="low" dir="auto" maxlength={limits.reasonLength}>
        {typed?.words ?? ""}
      </textarea>
      {home && (
        <label class="opt mt">
          <input type="checkbox" name="forward" value="yes" checked={typed?.forward ?? false} />
          <span>
            {text("report.forward", { host: home })}
            <span class="hint">{text("report.forward-hint")}</span>
          </span>
        </label>
      )}
      <button type="submit" class="mt">
        {text("report.send")}
      </button>
    </form>
  );
}

/** Who has no account here reports from where they have one: what they report there comes here. */
function Elsewhere({ reader, target }: ReportPageProps) {
  const { text, rich } = reader.messages;
  const back = encodeURIComponent(`/p/${target.id}/report`);
  return (
    <>
      <p class="mt">
        {rich("report.sign-in", {
          link: (content: Child) => (
            <a href={`/sign-in?back=${back}`} rel="nofollow">
              {content}
            </a>
          ),
        })}
      </p>
      {target.iri !== undefined && (
        <section class="way" aria-labelledby="by-server">
          <h2 class="h" id="by-server">
            {text("report.by-server")}
          </h2>
          <p class="mt side">{text("report.by-server-how")}</p>
          <AwayForm reader={reader} act="report" path={`/p/${target.id}/reply`} address={target.iri} />
        </section>
      )}
      <ByMail reader={reader} handle={target.community.handle} />
    </>
  );
}

/** The address that reaches those who look after a community; nothing where no mail comes in. */
function ByMail({ reader, handle }: { reader: Reader; handle: string }) {
  const { text, rich } = reader.messages;
  const { mailDomain } = reader.site;
  if (mailDomain === undefined) return null;
  const address = `${handle}+owner@${mailDomain}`;
  return (
    <section class="way" aria-labelledby="by-mail">
      <h2 class="h" id="by-mail">
        {text("part.mail")}
      </h2>
      <p class="mt side">
        {rich("report.by-mail-how", {
          address: (
            <a href={`mailto:${address}`}>
              <bdi dir="ltr">{address}</bdi>
            </a>
          ),
        })}
      </p>
    </section>
  );
}

/** It is with the moderators now. */
export function ReportedPage({ reader, target, seen }: { reader: Reader; target: ReplyTarget; seen: boolean }) {
  const { text } = reader.messages;
  return (
    <Frame reader={reader} target={target}>
      <p class="mt" role="status">
        {text(seen ? "report.seen" : "report.thanks")}
      </p>
      <p class="mt">
        <a href={`/p/${target.id}`}>{text("history.back")}</a>
      </p>
    </Frame>
  );
}

function Frame({ reader, target, children }: { reader: Reader; target: ReplyTarget; children?: unknown }) {
  const { text } = reader.messages;
  const head = { title: `${text("report.title")} · ${target.community.name}`, path: reader.path, indexable: false };
  return (
    <Layout reader={reader} head={head} community={target.community}>
      <div class="column narrow">
        <h1 class="page-title">{text("report.title")}</h1>
        {children as never}
      </div>
    </Layout>
  );
}
