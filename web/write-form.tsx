import type { Community } from "../src/community/get-community.ts";
import type { Topic } from "../src/community/topics.ts";
import { limits } from "../src/core/limits.ts";
import type { Words } from "../src/post/submission.ts";
import type { Upload } from "../src/post/uploads.ts";
import type { Draft } from "../src/post/write-post.ts";
import { languages, locales } from "./locale.ts";
import type { MessageKey } from "./messages.ts";
import { PostBody } from "./post-body.tsx";
import { type Reader, roleOf } from "./reader.ts";
import { Fault } from "./sign-in-page.tsx";
import { ImageFields } from "./write-images.tsx";

/** What somebody is writing, and where the form goes. */
export interface Writing {
  readonly act: "new" | "reply" | "edit";
  readonly community: Pick<Community, "handle" | "name" | "language" | "dye" | "movedTo" | "visibility">;
  readonly path: string;
  /** Made once for each form: the same words sent twice with it are one post. */
  readonly key: string;
  readonly draft: Draft;
  /** The topic chosen, and those to choose from; none where a thread is not begun. */
  readonly topic?: string | undefined;
  /** It is for all members; asked of moderators who begin a thread. */
  readonly announcement?: boolean | undefined;
  readonly topics?: readonly Topic[] | undefined;
  readonly images: readonly Upload[];
  readonly hasTitle: boolean;
  /** What is wrong, in words. */
  readonly fault?: string | undefined;
  /** How it will look. */
  readonly preview?: Words | undefined;
}

/** The form in which a post is written: whole without scripts, and nothing that was typed is lost. */
export function WriteForm({ reader, writing }: { readonly reader: Reader; readonly writing: Writing }) {
  const { text } = reader.messages;
  const { act, draft, key, path, fault } = writing;
  return (
    <form method="post" action={path} class="write" lang={reader.locale} enctype="multipart/form-data">
      {/* What the Enter key in a line does: of all the buttons the one that harms nothing. */}
      <button type="submit" name="do" value="preview" hidden />
      {fault && <Fault id="write-fault" words={fault} />}
      <input type="hidden" name="key" value={key} />
      {writing.hasTitle && (
        <Field id="title" label={text("write.title")} hint={text("write.title-hint")}>
          <input
            id="title"
            name="title"
            value={draft.title ?? ""}
            maxlength={limits.titleLength}
            dir="auto"
            autocomplete="off"
            aria-describedby="title-hint"
          />
        </Field>
      )}
      <Field id="text" label={text(act === "reply" ? "write.reply-text" : "write.text")} hint={text("write.markdown")}>
        <textarea id="text" name="text" dir="auto" rows={10} aria-describedby="text-hint">
          {draft.text}
        </textarea>
      </Field>
      <Field id="warning" label={text("write.warning")} hint={text("write.warning-hint")}>
        <input
          id="warning"
          name="warning"
          value={draft.warning ?? ""}
          maxlength={limits.warningLength}
          dir="auto"
          autocomplete="off"
          aria-describedby="warning-hint"
        />
      </Field>
      <LanguageField reader={reader} chosen={draft.language} />
      {writing.topics && writing.topics.length > 0 && (
        <TopicField reader={reader} writing={writing} topics={writing.topics} />
      )}
      <AnnouncementField reader={reader} writing={writing} />
      <ImageFields reader={reader} images={writing.images} />
      <p class="hint mt">{text(writing.community.visibility === "private" ? "write.private" : "write.public")}</p>
      <p class="row">
        <button type="submit" name="do" value="publish">
          {text(act === "edit" ? "write.save" : "write.publish")}
        </button>
        <button type="submit" name="do" value="preview" class="ghost">
          {text("write.preview")}
        </button>
        <button type="submit" name="do" value="keep" class="ghost" formnovalidate>
          {text("write.keep")}
        </button>
      </p>
    </form>
  );
}

/** How a post will look. */
export function Preview({
  reader,
  words,
  images,
  community,
}: {
  reader: Reader;
  words: Words;
  images: readonly Upload[];
  community: Writing["community"];
}) {
  return (
    <section class="preview" aria-labelledby="preview-title">
      <h2 class="h" id="preview-title">
        {reader.messages.text("write.looks")}
      </h2>
      {words.title && (
        <h3 class="post-title" lang={words.language ?? community.language} dir="auto">
          {words.title}
        </h3>
      )}
      {words.warning && <p class="re">{words.warning}</p>}
      {words.html !== "" && <PostBody html={words.html} language={words.language} />}
      {images.length > 0 && (
        <div class={images.length > 1 ? "shown several" : "shown"}>
          {images.map(({ id, alt }) => (
            <figure>
              <img src={`/drafts/images/${id}`} alt={alt} />
              <figcaption aria-hidden="true" dir="auto">
                {alt}
              </figcaption>
            </figure>
          ))}
        </div>
      )}
    </section>
  );
}

function LanguageField({ reader, chosen }: { reader: Reader; chosen: string | undefined }) {
  const { text } = reader.messages;
  const known = locales.some((locale) => locale === chosen);
  return (
    <Field id="language" label={text("write.language")}>
      <select id="language" name="language">
        <option value="">{text("write.language.default")}</option>
        {chosen !== undefined && !known && (
          <option value={chosen} selected>
            {chosen}
          </option>
        )}
        {locales.map((locale) => (
          <option value={locale} lang={locale} selected={locale === chosen}>
            {languages[locale].name}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Asked of moderators who begin a thread. */
function AnnouncementField({ reader, writing }: { reader: Reader; writing: Writing }) {
  if (writing.act !== "new" || !roleOf(reader.viewer, writing.community.handle)) return null;
  return (
    <label class="opt mt">
      <input type="checkbox" name="announcement" value="yes" checked={writing.announcement === true} />
      {reader.messages.text("write.announcement")}
    </label>
  );
}

function TopicField({ reader, writing, topics }: { reader: Reader; writing: Writing; topics: readonly Topic[] }) {
  const { text } = reader.messages;
  return (
    <Field id="topic" label={text("write.topic")}>
      <select id="topic" name="topic">
        <option value="">{text("write.topic.none")}</option>
        {topics.map(({ slug, name }) => (
          <option value={slug} selected={slug === writing.topic} lang={writing.community.language}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}

function Field({ id, label, hint, children }: { id: string; label: string; hint?: string; children?: unknown }) {
  return (
    <div class="mt">
      <label for={id}>{label}</label>
      {children as never}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

const reasons = [
  ...([
    "members-only",
    "moderators-only",
    "thread-locked",
    "community-closed",
    "first-post",
    "every-post",
    "limited-server",
  ] as const),
  ...(["checked", "thread", "links", "images", "mentions", "long", "words", "language", "young"] as const),
  ...(["rate", "server-rate", "crowd", "waiting"] as const),
] as const;

/** Why a community does not take a post, or lets it wait, as a sentence goes on. */
export function reasonKey(reason: string): MessageKey {
  const known = reasons.find((one) => one === reason);
  return known ? `write.reason.${known}` : "write.reason.other";
}
