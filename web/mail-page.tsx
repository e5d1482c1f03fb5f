import type { MailSettings } from "../src/community/mail-settings.ts";
import type { ThreadHead } from "../src/post/find-thread.ts";
import { type CommunityFrame, Layout } from "./layout.tsx";
import { MailChoiceForm } from "./mail-choice-form.tsx";
import { MailPause } from "./mail-pause.tsx";
import { MailTopics } from "./mail-topics.tsx";
import { Title } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { Section } from "./settings-page.tsx";
import { Fault } from "./sign-in-page.tsx";

export interface MailPageProps {
  readonly reader: Reader;
  readonly settings: MailSettings;
  /** The path of the page, under which its forms go. */
  readonly base: string;
  readonly signedIn: boolean;
  /** The thread of the mail whose link was followed. */
  readonly thread: ThreadHead | undefined;
  readonly saved: boolean;
  readonly faulty: boolean;
  readonly now: Date;
}

/** What a member hears by mail from a community. */
export function MailPage(props: MailPageProps) {
  const { reader, settings, base, saved, faulty } = props;
  const { text, rich } = reader.messages;
  const { community } = settings;
  const head = { title: `${text("mail.title")} · ${community.name}`, path: reader.path, indexable: false };
  return (
    <Layout reader={reader} head={head} community={community}>
      <div class="column narrow">
        <h1 class="page-title">
          {rich("mail.from", { community: <bdi lang={community.language}>{community.name}</bdi> })}
        </h1>
        {saved && (
          <p class="saved" role="status">
            {text("mail.saved")}
          </p>
        )}
        {faulty && <Fault id="mail-fault" words={text("mail.fault")} />}
        <Where {...props} />
        {settings.hears ? (
          <>
            <OneThread {...props} />
            <MailChoiceForm reader={reader} settings={settings} base={base} />
            <MailTopics reader={reader} settings={settings} base={base} />
            <Threads {...props} />
            <MailPause {...props} />
            <Stop {...props} />
          </>
        ) : (
          <Start {...props} />
        )}
      </div>
    </Layout>
  );
}

/** Where mail goes, if anywhere. Who came by a link alone is not shown an address. */
function Where({ reader, settings: { hears, address, suspendedAt }, base, signedIn }: MailPageProps) {
  const { text, rich } = reader.messages;
  if (address === undefined)
    return (
      <p class="fault">{rich("mail.no-address", { link: (content) => <a href="/settings#addresses">{content}</a> })}</p>
    );
  if (!suspendedAt)
    return hears && signedIn ? (
      <p class="mt side">{rich("mail.to", { address: <bdi dir="ltr">{address}</bdi> })}</p>
    ) : null;
  return (
    <form method="post" action={`${base}/resume`}>
      <p class="fault" role="alert">
        {text("mail.suspended", { date: reader.dates.day(suspendedAt) })}
      </p>
      <button type="submit" class="mt">
        {text("mail.resume")}
      </button>
    </form>
  );
}

function Start({ reader, settings: { address, follows, what }, base }: MailPageProps) {
  const { text } = reader.messages;
  const how = text(follows ? "mail.follows" : what === "nothing" ? "mail.hears-none" : "mail.hears-nothing");
  if (address === undefined) return <p class="mt">{how}</p>;
  return (
    <form method="post" action={`${base}/start`}>
      <p class="mt">{how}</p>
      <button type="submit" class="mt">
        {text("mail.start")}
      </button>
    </form>
  );
}

/** The thread that somebody came from: what most came for. */
function OneThread({ reader, settings, base, thread }: MailPageProps) {
  if (!thread) return null;
  const { text } = reader.messages;
  const chosen = settings.threads.find(({ threadId }) => threadId === thread.id)?.choice;
  const choices = [
    { value: "mute", label: text("mail.mute") },
    { value: "follow", label: text("mail.follow") },
    { value: "", label: text("mail.as-usual") },
  ];
  return (
    <Section id="thread" title={text("mail.this-thread")}>
      <p class="mt">
        <a href={`/c/${settings.community.handle}/t/${thread.id}`}>
          <Title reader={reader} title={thread.title} language={thread.language} />
        </a>
      </p>
      <p class="side quiet">{text(`mail.thread.${chosen ?? "usual"}`)}</p>
      <form method="post" action={`${base}/thread`} class="row">
        <input type="hidden" name="thread" value={thread.id} />
        {choices
          .filter(({ value }) => value !== (chosen ?? ""))
          .map(({ value, label }) => (
            <button type="submit" name="choice" value={value} class={value === "mute" ? undefined : "ghost"}>
              {label}
            </button>
          ))}
      </form>
    </Section>
  );
}

function Threads({ reader, settings, base }: MailPageProps) {
  const { text } = reader.messages;
  if (settings.threads.length === 0) return null;
  return (
    <Section id="threads" title={text("mail.threads")}>
      <ul role="list" class="belongings mt">
        {settings.threads.map(({ threadId, title, choice }) => (
          <li>
            <div>
              <a href={`/c/${settings.community.handle}/t/${threadId}`}>
                <bdi>{title || text("thread.untitled")}</bdi>
              </a>
              <p class="hint">{text(`mail.thread.${choice}`)}</p>
            </div>
            <form method="post" action={`${base}/thread`}>
              <input type="hidden" name="thread" value={threadId} />
              <button type="submit" class="bare mini" aria-label={text("mail.forget-this", { title })}>
                {text("mail.as-usual")}
              </button>
            </form>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Stop({ reader, settings, base }: MailPageProps) {
  const { text } = reader.messages;
  return (
    <Section id="stop" title={text("mail.stop.title")}>
      <p class="mt side">{text("mail.stop.how")}</p>
      <form method="post" action={`${base}/stop`}>
        <p class="mt">
          <button type="submit" name="scope" value="community">
            {text("mail.stop.community", { community: settings.community.name })}
          </button>
        </p>
        <p class="mt">
          <button type="submit" name="scope" value="everything" class="ghost">
            {text("mail.stop.everything", { host: reader.site.host })}
          </button>
        </p>
      </form>
    </Section>
  );
}

interface StoppedProps {
  readonly reader: Reader;
  /** `undefined`: the member had gone before. */
  readonly community: CommunityFrame | undefined;
  readonly everything: boolean;
  /** They are still a member. */
  readonly stays: boolean;
}

/** After the last mail. */
export function MailStoppedPage({ reader, community, everything, stays }: StoppedProps) {
  const { text } = reader.messages;
  const head = { title: `${text("mail.stopped.title")} · ${reader.site.host}`, path: "/", indexable: false };
  return (
    <Layout reader={reader} head={head}>
      <div class="column narrow">
        <h1 class="page-title">{text("mail.stopped.title")}</h1>
        <p class="mt" role="status">
          {everything || !community
            ? text("mail.stopped.everything", { host: reader.site.host })
            : text("mail.stopped.community", { community: community.name })}
          {stays && ` ${text("mail.stopped.stays")}`}
        </p>
        {community && (
          <p class="mt">
            <a href={`/c/${community.handle}/join`}>{text("mail.stopped.back")}</a>
          </p>
        )}
      </div>
    </Layout>
  );
}
