import { getLogger } from "@logtape/logtape";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { AccountSuspended } from "../src/account/sessions.ts";
import { DomainError, type DomainErrorCode } from "../src/core/errors.ts";
import { isUnavailable } from "../src/db/client.ts";
import { type CommunityFrame, Layout } from "./layout.tsx";
import { isMessage, type MessageKey } from "./messages.ts";
import { SignInNeeded } from "./policy.ts";
import { type Reader, readerVary, readReader, type Site } from "./reader.ts";
import { toDocument } from "./render.ts";

const log = getLogger(["folkmoot", "web"]);

interface Refusal {
  readonly status: ContentfulStatusCode;
  readonly title: MessageKey;
  readonly words: MessageKey;
}

/** How the web says that something was refused. */
const refusals: Readonly<Record<DomainErrorCode, Refusal>> = {
  "not-found": { status: 404, title: "error.not-found.title", words: "error.not-found" },
  "not-allowed": { status: 403, title: "error.not-allowed.title", words: "error.not-allowed" },
  invalid: { status: 400, title: "error.invalid.title", words: "error.invalid" },
  conflict: { status: 409, title: "error.conflict.title", words: "error.conflict" },
};
const suspended: Refusal = { status: 403, title: "error.suspended.title", words: "error.suspended" };
const signIn: Refusal = { status: 401, title: "error.sign-in.title", words: "error.sign-in" };
const gone: Refusal = { status: 410, title: "error.gone.title", words: "error.gone" };
const threadGone: Refusal = { status: 410, title: "error.gone.title", words: "thread.gone" };
const readOnly: Refusal = { status: 405, title: "error.method.title", words: "error.method" };
const broken: Refusal = { status: 500, title: "error.broken.title", words: "error.broken" };
const away: Refusal = { status: 503, title: "error.away.title", words: "error.away" };

/** Refusals of what was sent that have a status of their own (RFC 9110, sections 15.5.14 and 15.5.16). */
const unread: Readonly<Record<string, Pick<Refusal, "status" | "title">>> = {
  "form-large": { status: 413, title: "error.form-large.title" },
  "no-form": { status: 415, title: "error.invalid.title" },
};

/** What was refused; whom it is for, or what was wrong with a form, when that is why. */
function refusalOf({ code, fault }: DomainError): Refusal {
  const words = `error.${fault?.name}`;
  return { ...refusals[code], ...unread[fault?.name ?? ""], ...(isMessage(words) && { words }) };
}

/** Answers for what cannot be answered. */
export interface ErrorPages {
  /** For an error that was thrown: a refusal in words, anything else without a word about itself. */
  answer(error: Error, c: Context): Promise<Response>;
  notFound(c: Context): Promise<Response>;
  /** Something that was public and is no more; `community` is where it was, if whoever asks may know of that. */
  gone(c: Context, what: "post" | "thread", community?: CommunityFrame): Promise<Response>;
  /** An address that can only be read. */
  readOnly(c: Context): Promise<Response>;
}

/** A link that signs somebody in, or speaks for them, is nothing for a log. */
function pathForLog({ req }: Context): string {
  return req.path.replace(/^(\/sign-in\/link\/|\/mail\/).*/, "$1…");
}

/** Makes the error pages of a site, in the design of all others. */
export function createErrorPages(site: Site): ErrorPages {
  const send = async (
    c: Context,
    refusal: Refusal,
    headers: Readonly<Record<string, string>> = {},
    community?: CommunityFrame,
  ) => {
    const page = await toDocument(<ErrorPage reader={readReader(c, site)} refusal={refusal} community={community} />);
    return c.html(page, refusal.status, {
      "cache-control": refusal.status >= 500 ? "no-store" : "no-cache",
      vary: readerVary,
      ...headers,
    });
  };
  const askToSignIn = async (c: Context) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") return await send(c, signIn);
    c.header("cache-control", "no-store");
    return c.redirect(`/sign-in?back=${encodeURIComponent(readReader(c, site).path)}`, 303);
  };
  return {
    answer: async (error, c) => {
      if (error instanceof SignInNeeded) return await askToSignIn(c);
      if (error instanceof AccountSuspended) return await send(c, suspended);
      if (error instanceof DomainError) return await send(c, refusalOf(error));
      if (isUnavailable(error)) {
        log.debug("the database is away: {method} {path}", { method: c.req.method, path: pathForLog(c) });
        return await send(c, away, { "retry-after": "5" });
      }
      log.error("{method} {path} failed", { method: c.req.method, path: pathForLog(c), error });
      return await send(c, broken);
    },
    notFound: (c) => send(c, refusals["not-found"]),
    gone: (c, what, community) =>
      send(
        c,
        what === "thread" ? threadGone : gone,
        community?.visibility === "private" ? { "cache-control": "private, no-store" } : {},
        community,
      ),
    readOnly: (c) => send(c, readOnly, { allow: "GET, HEAD" }),
  };
}

interface ErrorPageProps {
  readonly reader: Reader;
  readonly refusal: Refusal;
  readonly community?: CommunityFrame | undefined;
}

function ErrorPage({ reader, refusal, community }: ErrorPageProps) {
  const { text } = reader.messages;
  return (
    <Layout
      reader={reader}
      head={{ title: `${text(refusal.title)} · ${reader.site.host}`, path: reader.path, indexable: false }}
      community={community}
    >
      <div class="column">
        <h1 class="page-title">{text(refusal.title)}</h1>
        <p class="mt">{text(refusal.words)}</p>
        <p class="mt">
          <WayOn reader={reader} refusal={refusal} community={community} />
        </p>
      </div>
    </Layout>
  );
}

/** Where to go from what was refused: from what is no more to what was decided about it. */
function WayOn({ reader: { messages }, refusal, community }: ErrorPageProps) {
  if (community) return <a href={`/c/${community.handle}/log`}>{messages.text("about.log")}</a>;
  if (refusal.status === 401) return <a href="/sign-in">{messages.text("nav.sign-in")}</a>;
  return <a href="/">{messages.text("error.home")}</a>;
}
