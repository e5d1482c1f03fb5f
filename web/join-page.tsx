import type { Community } from "../src/community/get-community.ts";
import type { OwnMembership } from "../src/community/own-membership.ts";
import { limits } from "../src/core/limits.ts";
import { JoinMailField, type MailOffer } from "./join-mail.tsx";
import { Layout } from "./layout.tsx";
import type { MessageKey } from "./messages.ts";
import { handleOf } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { Fault } from "./sign-in-page.tsx";

export interface JoinPageProps {
  readonly reader: Reader;
  readonly community: Community;
  /** Unset: nobody is signed in. */
  readonly own: OwnMembership | undefined;
  readonly mail: MailOffer;
  readonly fault?: MessageKey | undefined;
}

/** What belonging to a community means, and the way in or out. */
export function JoinPage(props: JoinPageProps) {
  const { reader, community, fault } = props;
  const { text, rich } = reader.messages;
  const head = { title: `${text("join.title")} · ${community.name}`, path: reader.path, indexable: false };
  const name = <bdi lang={community.language}>{community.name}</bdi>;
  return (
    <Layout reader={reader} head={head} community={community}>
      <div class="column narrow">
        <h1 class="page-title">{rich("join.to", { community: name })}</h1>
        {fault && <Fault id="join-fault" words={text(fault)} />}
        <State {...props} />
        <p class="mt2 side">
          <a href={`/c/${community.handle}`}>{rich("write.held.back", { community: name })}</a>
        </p>
      </div>
    </Layout>
  );
}

function State({ reader, community, own, mail }: JoinPageProps) {
  const { text } = reader.messages;
  if (!own) return <Stranger reader={reader} community={community} />;
  switch (own.state) {
    case "active":
      return <Belongs reader={reader} community={community} own={own} />;
    case "pending":
      return (
        <>
          <p class="mt">{text("join.pending")}</p>
          <LeaveForm reader={reader} community={community} label="join.take-back" />
        </>
      );
    case "banned":
      return <p class="mt">{text("join.banned")}</p>;
    case "invited":
      return (
        <>
          <p class="mt">{text("join.invited")}</p>
          <JoinForm reader={reader} community={community} mail={mail} asks={false} />
        </>
      );
    default:
      return (
        <>
          {own.mayComeBack && <ComeBack reader={reader} community={community} />}
          {community.joinPolicy === "invite" ? (
            <p class="mt">{text("join.by-invitation")}</p>
          ) : (
            !own.mayComeBack && (
              <JoinForm reader={reader} community={community} mail={mail} asks={community.joinPolicy === "approval"} />
            )
          )}
        </>
      );
  }
}

/** What joining brings, and the way to it for whoever is not signed in. */
function Stranger({ reader, community }: FormProps) {
  const { text, rich } = reader.messages;
  const back = encodeURIComponent(`/c/${community.handle}/join`);
  return (
    <>
      <Gets reader={reader} community={community} />
      {community.joinPolicy !== "open" && (
        <p class="mt">{text(community.joinPolicy === "invite" ? "join.by-invitation" : "join.asks")}</p>
      )}
      <p class="mt">
        {rich("join.sign-in", {
          link: (content) => (
            <a href={`/sign-in?back=${back}`} rel="nofollow">
              {content}
            </a>
          ),
        })}
      </p>
    </>
  );
}

function Gets({ reader, community }: FormProps) {
  const { text } = reader.messages;
  return (
    <ul class="rules mt">
      <li>{text(community.postPolicy === "moderators" ? "join.gets-read" : "join.gets-write")}</li>
      <li>{text("join.gets-quiet")}</li>
      {community.visibility === "public" && (
        <li>
          <FollowHint reader={reader} community={community} />
        </li>
      )}
      <li>{text("join.gets-out")}</li>
    </ul>
  );
}

interface FormProps {
  readonly reader: Reader;
  readonly community: Community;
}

/** What whoever joins agrees to, in the words that are kept. */
export function agreementOf(reader: Reader, { name }: Pick<Community, "name">): string {
  return reader.messages.text("join.agreement", { community: name });
}

interface JoinFormProps extends FormProps {
  readonly asks: boolean;
  readonly mail: MailOffer;
}

function JoinForm({ reader, community, asks, mail }: JoinFormProps) {
  const { text } = reader.messages;
  return (
    <form method="post" action={`/c/${community.handle}/join`} class="settings">
      <Gets reader={reader} community={community} />
      {asks && (
        <>
          <p class="mt">{text("join.asks")}</p>
          <label class="mt" for="note">
            {text("join.note")}
          </label>
          <textarea id="note" name="note" dir="auto" maxlength={limits.joiningNote} aria-describedby="note-hint" />
          <p class="hint" id="note-hint">
            {text("join.note-hint")}
          </p>
        </>
      )}
      <JoinMailField reader={reader} offer={mail} />
      <p class="mt">{agreementOf(reader, community)}</p>
      <button type="submit" class="mt">
        {text(asks ? "join.ask" : "join.do")}
      </button>
    </form>
  );
}

function FollowHint({ reader, community }: FormProps) {
  return (
    <>
      {reader.messages.rich("join.gets-follow", {
        address: <bdi dir="ltr">{handleOf(reader, community)}</bdi>,
        link: (content) => <a href={`/c/${community.handle}/follow`}>{content}</a>,
      })}
    </>
  );
}

function Belongs({ reader, community, own }: FormProps & { readonly own: OwnMembership }) {
  const { text } = reader.messages;
  const heard = own.hears.has("activitypub") && own.hears.has("mail") ? "both" : [...own.hears][0];
  return (
    <>
      <p class="mt">
        {own.since ? text("join.since", { date: reader.dates.day(own.since) }) : text("join.member")}{" "}
        {text(`join.hears.${heard ?? "web"}`)}
      </p>
      {!own.hears.has("activitypub") && community.visibility === "public" && (
        <p class="mt">
          <FollowHint reader={reader} community={community} />
        </p>
      )}
      {own.here ? (
        <p class="mt">
          <a href={`/c/${community.handle}/mail`}>{text("mail.link")}</a>
        </p>
      ) : (
        <form method="post" action={`/c/${community.handle}/mail/start`}>
          <p class="mt">{text("mail.follows")}</p>
          <button type="submit" class="ghost mt">
            {text("mail.start")}
          </button>
        </form>
      )}
      <LeaveForm reader={reader} community={community} label="join.leave" />
      <p class="hint">{text("join.leave-how")}</p>
    </>
  );
}

function LeaveForm({ reader, community, label }: FormProps & { readonly label: MessageKey }) {
  return (
    <form method="post" action={`/c/${community.handle}/leave`}>
      <button type="submit" class="ghost mt">
        {reader.messages.text(label)}
      </button>
    </form>
  );
}

function ComeBack({ reader, community }: FormProps) {
  const { text } = reader.messages;
  return (
    <form method="post" action={`/c/${community.handle}/come-back`}>
      <p class="saved" role="status">
        {text("join.left")}
      </p>
      <button type="submit" class="mt">
        {text("join.undo")}
      </button>
    </form>
  );
}
