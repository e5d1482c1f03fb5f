import type { Hono } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { type PostId, readId } from "../src/core/ids.ts";
import { type OwnReactionKind, reactHere, withdrawReactionHere } from "../src/post/react-here.ts";
import type { Desk } from "./desk.ts";
import { readForm } from "./form.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

const acts: Readonly<Record<string, { readonly kind: OwnReactionKind; readonly undo: boolean }>> = {
  like: { kind: "like", undo: false },
  unlike: { kind: "like", undo: true },
  boost: { kind: "boost", undo: false },
  unboost: { kind: "boost", undo: true },
};

/** What people who are signed in make of a post without a word. */
export function registerReacting(web: Hono, { app }: Desk): void {
  web.post("/p/:id/react", requires("signed-in"), async (c) => {
    const postId = readId<PostId>(c.req.param("id"));
    if (!postId) throw new DomainError("not-found", "there is no such post");
    const wanted = (await readForm(c)).get("do") ?? "";
    const act = Object.hasOwn(acts, wanted) ? acts[wanted] : undefined;
    if (!act) throw new DomainError("invalid", "there is nothing of that kind to be made of a post");
    const reaction = { authorId: getViewer(c).authorId, postId, kind: act.kind };
    await (act.undo ? withdrawReactionHere(app, reaction) : reactHere(app, reaction));
    return c.redirect(`/p/${postId}`, 303);
  });
}
