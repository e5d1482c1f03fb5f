import type { Waiting } from "../src/moderation/list-waiting.ts";
import type { EditedWords, WaitingWords } from "../src/moderation/list-words.ts";
import type { PlacedAttachment } from "../src/post/attachments.ts";
import { Images } from "./attachments.tsx";
import { DeskActs } from "./desk-acts.tsx";
import { Facts, Why } from "./desk-facts.tsx";
import type { DeskView } from "./desk-page.tsx";
import { Mark, Monogram } from "./marks.tsx";
import { isMessage, type MessageKey } from "./messages.ts";
import { PostBody } from "./post-body.tsx";
import { safeUrl } from "./safe-url.ts";
import { threadPath } from "./thread-page.tsx";

export interface DeskItemProps {
  readonly view: DeskView;
  readonly item: Waiting;
  /** On a page of its own: everything is unfolded. */
  readonly alone?: boolean;
  /** What was typed, when it could not be taken. */
  readonly typed?: { readonly rule: string; readonly words: string } | undefined;
}

/** Something that waits: why, who and where, the words, and what can be done about it. */
export function DeskItem(props: DeskItemProps) {
  const { view, item } = props;
  const { reader, community, moderatorId } = view;
  const { text, rich } = reader.messages;
  const { claim } = item;
  return (
    <article class="case" aria-labelledby={`c-${item.id}`}>
      <div>
        <Why reader={reader} item={item} />
        <Facts reader={reader} item={item} />
      </div>
      <div>
        <h2 id={`c-${item.id}`}>
          <Person view={view} item={item} />
        </h2>
        {item.post && <Place view={view} post={item.post} />}
        {claim && (
          <p class="mt">
            <span class="claim">
              {rich(claim.moderatorId === moderatorId ? "desk.claimed-by-you" : "desk.claimed", {
                who: <bdi>{claim.moderator.name}</bdi>,
                since: reader.dates.moment(claim.since, view.now.getUTCFullYear()),
              })}
            </span>
          </p>
        )}
        {item.note && (
          <blockquote class="mt" dir="auto">
            <p>{item.note}</p>
          </blockquote>
        )}
        {item.appeal && <Appeal view={view} item={item} />}
        {item.edit && <Change view={view} edit={item.edit} />}
        {item.post && !item.edit && <Words view={view} post={item.post} />}
        {item.post && item.edit && (
          <details class="mt" open={props.alone ?? false}>
            <summary>{text("desk.change.now")}</summary>
            <Words view={view} post={item.post} />
          </details>
        )}
        <Reports view={view} item={item} />
        {!props.alone && (
          <p class="ctx">
            <a href={`/c/${community.handle}/desk/${item.id}`}>
              {text("desk.whole")}
              <span class="vh"> {item.person?.name}</span>
            </a>
          </p>
        )}
      </div>
      <DeskActs {...props} />
    </article>
  );
}

/** Who it is about; nobody is the community itself. */
function Person({ view: { reader, community }, item: { person } }: Pick<DeskItemProps, "view" | "item">) {
  if (!person) return <>{reader.messages.text("desk.community")}</>;
  return (
    <>
      <Monogram name={person.name} avatar={person.avatar} small />
      <a class="quiet" href={`/c/${community.handle}/desk/people/${person.id}`}>
        <bdi>{person.name}</bdi>
      </a>
    </>
  );
}

/** Where a post stands. */
export function Place({ view, post }: { view: DeskView; post: WaitingWords }) {
  const { reader, community } = view;
  const title = <bdi lang={post.titleLanguage ?? ""}>{post.title || reader.messages.text("thread.untitled")}</bdi>;
  const thread =
    post.opensThread && post.state !== "published" ? (
      title
    ) : (
      <a class="quiet" href={threadPath({ id: post.threadId, community })}>
        {title}
      </a>
    );
  return (
    <p class="ctx">
      <Mark of={post.channel} />{" "}
      {reader.messages.rich(
        post.opensThread ? "desk.opens" : post.answers === undefined ? "desk.stray" : "desk.answers",
        {
          thread,
          who: <bdi>{post.answers ?? ""}</bdi>,
        },
      )}
    </p>
  );
}

/** What a post is to say from now on. */
function Change({ view, edit }: { view: DeskView; edit: EditedWords }) {
  return (
    <>
      {edit.title && (
        <h3 class="post-title mt" lang={edit.language ?? ""} dir="auto">
          {edit.title}
        </h3>
      )}
      <Words view={view} post={edit} />
    </>
  );
}

/** The words themselves, and what came with them by its name: nothing is fetched for a look at it. Images are seen when their fold is opened. */
export function Words({ view: { reader, community }, post }: { view: DeskView; post: WaitingWords | EditedWords }) {
  const images = imagesToSee(post);
  const named = post.attachments.filter((one) => one.kind !== "emoji" && !images.some(({ url }) => url === one.url));
  return (
    <>
      {post.warning && (
        <p class="re" lang={post.language ?? ""} dir="auto">
          {post.warning}
        </p>
      )}
      <PostBody html={post.html} language={post.language} />
      {images.length > 0 && (
        <details class="warning">
          <summary>{reader.messages.text("desk.images", { count: images.length })}</summary>
          <Images
            reader={reader}
            post={{ id: "id" in post ? post.id : post.editId, language: post.language }}
            images={images}
            pathOf={
              "id" in post
                ? undefined
                : ({ position }, size) => `/c/${community.handle}/desk/${post.editId}/images/${position}/${size}`
            }
          />
        </details>
      )}
      {named.length > 0 && (
        <ul class="files">
          {named.map(({ kind, url, alt }) => (
            <li>
              <a href={safeUrl(url)} rel="nofollow ugc noreferrer">
                <bdi>{alt || (URL.parse(url)?.host ?? url)}</bdi>
              </a>{" "}
              {reader.messages.text(kind === "image" ? "desk.image" : "desk.file")}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What a moderator can unfold; what nobody reads is shown to nobody. */
function imagesToSee(post: WaitingWords | EditedWords): readonly PlacedAttachment[] {
  if ("state" in post && post.state !== "held" && post.state !== "published") return [];
  return post.attachments.filter(({ kind }) => kind === "image");
}

function Appeal({ view: { reader }, item: { appeal } }: { view: DeskView; item: Waiting }) {
  if (!appeal) return null;
  const { text, rich } = reader.messages;
  return (
    <>
      <blockquote class="mt" dir="auto">
        <p>{appeal.words}</p>
      </blockquote>
      {appeal.reason && (
        <p class="ctx">
          {rich("desk.told", {
            reason: <bdi>{text(heldWords(appeal.reason) ?? "desk.plain", { words: appeal.reason })}</bdi>,
          })}
        </p>
      )}
    </>
  );
}

/** The rules of holding and refusing, where a name of one stands instead of a moderator's words. */
export function heldWords(reason: string): MessageKey | undefined {
  const key = `desk.because.${reason}`;
  return isMessage(key) ? key : undefined;
}

function Reports({ view, item: { reports } }: { view: DeskView; item: Waiting }) {
  const { reader, now } = view;
  if (reports.length === 0) return null;
  return (
    <ul class="said" role="list">
      {reports.map((report) => (
        <li>
          {report.rule && (
            <p>
              <bdi>
                {report.rule.number}. {report.rule.words}
              </bdi>
            </p>
          )}
          {report.words && <p dir="auto">{report.words}</p>}
          <p class="ctx">
            <Mark of={report.channel} />{" "}
            {reader.messages.rich(report.byServer ? "desk.reported-by-server" : "desk.reported-by", {
              who: <bdi>{report.byServer ? report.reporter.host : report.reporter.name}</bdi>,
              at: reader.dates.moment(report.createdAt, now.getUTCFullYear()),
            })}
          </p>
        </li>
      ))}
    </ul>
  );
}
