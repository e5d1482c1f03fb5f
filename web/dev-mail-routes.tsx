import type { Hono } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { type KeptMail, listKeptMail } from "../src/outbound/owe-mail.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { Layout } from "./layout.tsx";
import { requires } from "./policy.ts";
import { type Reader, readReader } from "./reader.ts";

/** The mail that went nowhere, for developers: only where nothing is protected anyway, and no relay is set. */
export function registerDevMail(web: Hono, { app, site }: Desk): void {
  web.get("/dev/mail", requires("public"), async (c) => {
    if (!app.config.insecurePeers || app.config.smtpUrl !== undefined)
      throw new DomainError("not-found", "mail is not kept here");
    const mails = await listKeptMail(app.db, limits.mailboxItems);
    return await sendPrivately(c, <MailboxPage reader={readReader(c, site)} mails={mails} />);
  });
}

function MailboxPage({ reader, mails }: { reader: Reader; mails: readonly KeptMail[] }) {
  const { text } = reader.messages;
  return (
    <Layout
      reader={reader}
      head={{ title: `${text("mailbox.title")} · ${reader.site.host}`, path: "/dev/mail", indexable: false }}
    >
      <div class="column">
        <h1 class="page-title">{text("mailbox.title")}</h1>
        <p class="mt">{text(mails.length > 0 ? "mailbox.intro" : "mailbox.none")}</p>
        {mails.map((mail) => (
          <article class="way">
            <h2 class="h">
              <bdi>{mail.subject}</bdi>
            </h2>
            <p class="side quiet">
              <bdi dir="ltr">{mail.recipient}</bdi> ·{" "}
              <time datetime={mail.createdAt.toISOString()}>{reader.dates.moment(mail.createdAt, 0)}</time>
            </p>
            <pre class="letter" dir="auto">
              {mail.text
                .split(/(https?:\/\/\S+)/)
                .map((part, index) => (index % 2 === 1 ? <a href={part}>{part}</a> : part))}
            </pre>
          </article>
        ))}
      </div>
    </Layout>
  );
}
