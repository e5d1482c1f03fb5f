import type { Context } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { type AuthorId, type CommunityId, type DraftId, newId, readId, type UploadId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { NoImage } from "../src/media/no-image.ts";
import { type DraftCard, type DraftPlace, findDraft, keepDraft } from "../src/post/drafts.ts";
import type { ReplyTarget } from "../src/post/find-reply-target.ts";
import { describeUploads, listUploads, takeImage, type Upload } from "../src/post/uploads.ts";
import { type Draft, renderDraft } from "../src/post/write-post.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import type { MessageKey } from "./messages.ts";
import { type Reader, readReader } from "./reader.ts";
import type { SentForm } from "./upload-form.ts";
import { getViewer } from "./viewer.ts";
import type { Writing } from "./write-form.tsx";
import { megabytes } from "./write-images.tsx";
import { WritePage } from "./write-page.tsx";

/** What stands in a form before anybody typed in it. */
export interface Beginning extends Draft {
  readonly topic?: string | undefined;
  readonly announcement?: boolean | undefined;
}

/** Somebody writes somewhere: what is the same before and after the form was sent. */
export interface Frame extends Pick<Writing, "act" | "community" | "path" | "topics" | "hasTitle"> {
  readonly place: DraftPlace & { readonly communityId: CommunityId };
  readonly target?: ReplyTarget | undefined;
}

/** What was typed, read from the form. */
interface Typed extends Beginning {
  readonly text: string;
  readonly images: readonly UploadId[];
}

/** A key for a new form. */
export function newKey({ app }: Desk): DraftId {
  return newId<DraftId>(app.now());
}

/** Shows the form for the first time: empty, or with the draft that `?draft` names. */
export async function showForm(desk: Desk, c: Context, frame: Frame, key: string, given: Beginning): Promise<Response> {
  const id = readId<DraftId>(c.req.query("draft"));
  const kept = id && (await findDraft(desk.app.db, getViewer(c).authorId, id));
  const draft = kept && isOf(kept, frame) ? kept : undefined;
  return await show(desk, c, frame, { key: draft?.id ?? key, typed: typedOf(draft ?? given) });
}

function isOf({ community, parentId, postId }: DraftCard, { community: here, place }: Frame): boolean {
  return community.handle === here.handle && parentId === place.parentId && postId === place.postId;
}

function typedOf({ text, title, warning, language, topic, images = [] }: Beginning): Typed {
  return { text, title, warning, language, topic, images };
}

/**
 * Does what the button says with which a form was sent: shows how it will look, adds or takes away an image, keeps a draft; or lets
 * `publish` have it. Whatever is wrong, what was typed stands in the form again.
 */
export async function takeForm(
  desk: Desk,
  c: Context,
  frame: Frame,
  form: SentForm,
  publish: (draft: Beginning, key: string, refuse: (words: string) => Promise<Response>) => Promise<Response>,
): Promise<Response> {
  const { app } = desk;
  const { authorId } = getViewer(c);
  // The buttons stand after the file: where that was too large, nobody can tell which one it was.
  const step = form.tooLarge ? "add-image" : (form.fields.get("do") ?? "publish");
  const key = form.fields.get("key") || newKey(desk);
  const taken = await takeImages(desk, authorId, form);
  const typed = { ...readTyped(form.fields), images: taken.images };
  const again = (more: Partial<Writing>, status: 200 | 400 | 403 = 200) =>
    show(desk, c, frame, { key, typed }, more, status);
  const reader = readReader(c, desk.site);
  try {
    if (step !== "publish" || form.image) await keep(desk, authorId, key, typed, frame);
    if (taken.fault) return await again({ fault: faultIn(reader, taken.fault) }, 400);
    if (step === "keep") return c.redirect("/drafts", 303);
    if (step === "preview") return await again({ preview: await renderDraft(app, typed) });
    if (step !== "publish") return await again({});
    return await publish(typed, key, (words) => again({ fault: words }, 403));
  } catch (error) {
    const fault = faultOf(error, typed, step);
    if (fault === undefined) throw error;
    return await again({ fault: faultIn(reader, fault) }, 400);
  }
}

async function keep(desk: Desk, authorId: AuthorId, key: string, typed: Typed, { place }: Frame): Promise<void> {
  const id = readId<DraftId>(key) ?? newKey(desk);
  const { title = "", warning = "", text, language, topic, images } = typed;
  await keepDraft(desk.app, authorId, { id, title, warning, text, language, topic, images }, place);
}

interface Taken {
  readonly images: readonly UploadId[];
  readonly fault?: MessageKey;
}

/** The images of the form: described as it says, without the one that was taken away, and with the one that was brought. */
async function takeImages({ app }: Desk, authorId: AuthorId, form: SentForm): Promise<Taken> {
  const { fields, image, tooLarge } = form;
  const removed = /^remove-(.*)$/.exec(fields.get("do") ?? "")?.[1];
  const ids = fields.getAll("images").flatMap((id) => readId<UploadId>(id) ?? []);
  const images = [...new Set(ids)].filter((id) => id !== removed).slice(0, limits.imagesPerPost);
  await describeUploads(app, authorId, new Map(images.map((id) => [id, fields.get(`alt-${id}`) ?? ""])));
  if (tooLarge) return { images, fault: "write.fault.too-large" };
  if (!image) return { images };
  if (images.length === limits.imagesPerPost) return { images, fault: "write.fault.images" };
  try {
    const taken = await takeImage(app, { authorId, bytes: image, alt: fields.get("image-alt") ?? "" });
    return { images: [...images, taken.id] };
  } catch (error) {
    if (error instanceof NoImage) return { images, fault: "write.fault.no-image" };
    if (error instanceof DomainError) return { images, fault: "write.fault.images" };
    throw error;
  }
}

/** @throws {DomainError} `invalid` for what is no language */
function readTyped(form: URLSearchParams): Typed {
  const language = form.get("language") || undefined;
  if (language !== undefined && !/^[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}$/i.test(language))
    throw new DomainError("invalid", "there is no such language");
  return {
    text: form.get("text") ?? "",
    title: form.get("title") ?? undefined,
    warning: form.get("warning") ?? undefined,
    topic: form.get("topic") || undefined,
    announcement: form.get("announcement") === "yes",
    language,
    images: [],
  };
}

async function show(
  desk: Desk,
  c: Context,
  frame: Frame,
  { key, typed }: { key: string; typed: Typed },
  more: Partial<Writing> = {},
  status: 200 | 400 | 403 = 200,
): Promise<Response> {
  const images: readonly Upload[] = await listUploads(desk.app.db, getViewer(c).authorId, typed.images);
  const { topic, announcement, ...draft } = typed;
  const writing: Writing = { ...frame, key, draft, topic, announcement, images, ...more };
  const reader = readReader(c, desk.site);
  return await sendPrivately(c, <WritePage reader={reader} writing={writing} target={frame.target} />, status);
}

/** What whoever wrote can put right; `undefined` for all else. */
function faultOf(error: unknown, { text, images }: Typed, step: string): MessageKey | undefined {
  if (!(error instanceof DomainError)) return undefined;
  if (error.code === "not-found") return "write.fault.gone";
  if (error.code === "not-allowed" && step !== "publish") return "write.fault.drafts";
  if (error.code !== "invalid") return undefined;
  if (text.length > limits.draftLength) return "write.fault.long";
  return images.length > 0 ? "write.fault.alt" : "write.fault.empty";
}

/** A fault in words. */
export function faultIn({ messages }: Reader, fault: MessageKey): string {
  return messages.text(fault, { size: megabytes });
}
