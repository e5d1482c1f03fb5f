import type { Context } from "hono";
import type { PropsWithChildren } from "hono/jsx";
import { DomainError } from "../src/core/errors.ts";
import { cleanLine } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { readForm } from "./form.ts";
import { Layout } from "./layout.tsx";
import { isMessage, type MessageKey } from "./messages.ts";
import { type Reader, readReader } from "./reader.ts";
import type { Page } from "./render.ts";
import { Fault } from "./sign-in-page.tsx";

/** The parts of the administration, in the order in which they are shown. */
export const adminSections = [
  { path: "/admin", label: "admin.queues" },
  { path: "/admin/communities", label: "admin.communities" },
  { path: "/admin/people", label: "admin.people" },
  { path: "/admin/servers", label: "admin.servers" },
  { path: "/admin/log", label: "admin.log" },
] as const satisfies readonly { readonly path: string; readonly label: MessageKey }[];

export type AdminSection = (typeof adminSections)[number]["path"];

/** What came of the last form. */
export interface AdminOutcome {
  readonly done?: string;
  readonly fault?: string;
}

/** Somebody who runs the server, at one of its pages. */
export interface AdminVisit {
  readonly c: Context;
  readonly reader: Reader;
  readonly outcome: AdminOutcome;
}

interface FrameProps {
  readonly visit: AdminVisit;
  readonly section: AdminSection;
}

/** The frame of the pages for those who run the server. */
export function AdminPage({ visit: { reader, outcome }, section, children }: PropsWithChildren<FrameProps>) {
  const { text } = reader.messages;
  const title = adminSections.find(({ path }) => path === section)!.label;
  const head = { title: `${text(title)} · ${reader.site.host}`, path: section, indexable: false };
  return (
    <Layout reader={{ ...reader, path: section }} head={head}>
      <div class="column">
        <h1 class="page-title">{text("admin.title")}</h1>
        <nav class="bar" aria-label={text("admin.title")}>
          {adminSections.map(({ path, label }) => (
            <>
              <a href={path} aria-current={path === section ? "page" : undefined}>
                {text(label)}
              </a>{" "}
            </>
          ))}
        </nav>
        <h2 class="h mt2">{text(title)}</h2>
        {outcome.done !== undefined && (
          <p class="saved" role="status">
            {outcome.done}
          </p>
        )}
        {outcome.fault !== undefined && <Fault id="admin-fault" words={outcome.fault} />}
        {children}
      </div>
    </Layout>
  );
}

type Render = (visit: AdminVisit) => Page | Promise<Page>;

/** Answers a question to a page. */
export function showing({ site }: Desk, render: Render) {
  return async (c: Context) => {
    const reader = readReader(c, site);
    const outcome = c.req.query("done") === undefined ? {} : { done: reader.messages.text("admin.done") };
    return await sendPrivately(c, await render({ c, reader, outcome }));
  };
}

/**
 * Takes a form, and leads back to its page. What is refused is said there.
 *
 * @param take answers with words about what came of it, or with nothing when «done» says it all
 */
export function taking(
  desk: Desk,
  section: AdminSection,
  render: Render,
  take: (c: Context, form: URLSearchParams, reader: Reader) => Promise<string | undefined>,
) {
  return async (c: Context): Promise<Response> => {
    const reader = readReader(c, desk.site);
    const form = await readForm(c, limits.adminForm);
    try {
      const done = await take(c, form, reader);
      if (done === undefined) return c.redirect(`${section}?done`, 303);
      return await sendPrivately(c, await render({ c, reader, outcome: { done } }));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const outcome = { fault: faultWords(reader, error) };
      return await sendPrivately(c, await render({ c, reader, outcome }), faults[error.code]);
    }
  };
}

/** A refusal in the language of the reader, and why as far as there are words for it. What was typed is repeated as far as it can be read. */
export function faultWords({ messages }: Reader, { code, fault }: Pick<DomainError, "code" | "fault">): string {
  const key = `admin.fault.${fault?.name}`;
  const values = Object.entries(fault?.values ?? {}).map(([name, value]) => [
    name,
    typeof value === "string" ? cleanLine(value, limits.nameLength) : value,
  ]);
  return messages.text(isMessage(key) ? key : `error.${code}`, Object.fromEntries(values));
}

const faults = { invalid: 400, "not-allowed": 403, "not-found": 404, conflict: 409 } as const;
