import type { Context, MiddlewareHandler } from "hono";
import { type Community, findCommunity } from "../src/community/get-community.ts";
import { findOwnMembership, nobodysCommunity } from "../src/community/own-membership.ts";
import { DomainError } from "../src/core/errors.ts";
import { type PostId, readId, type ThreadId } from "../src/core/ids.ts";
import { findPlaceOfPost } from "../src/post/find-post.ts";
import { findThread, type ThreadHead } from "../src/post/find-thread.ts";
import type { Desk } from "./desk.ts";
import { findViewer } from "./viewer.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** What the path names, once it was looked for. */
    community?: Community | undefined;
    thread?: ThreadHead | undefined;
  }
}

/** What is only for members, if it is. */
interface Place {
  readonly handle: string;
  readonly isPrivate: boolean;
}

/**
 * Makes that every route, before it begins, finds what its path names, a community, a thread or a post; and that what is private is, for
 * whoever does not belong to it, answered as what never was. `requires` asks for it, so no route goes without.
 */
export function knowPlaces(desk: Desk): MiddlewareHandler {
  return async (c, next) => {
    c.set("findPlace", async () => {
      const found = await lookFor(desk, c);
      if (found === "nothing named") return;
      // What is not there takes as long as what is private: no clock tells them apart.
      const enters = await mayEnter(desk, c, found ?? nowhere);
      if (!found || !enters) throw new DomainError("not-found", "there is no such place for whoever asks");
    });
    await next();
  };
}

/** Nobody belongs here. */
const nowhere: Place = { handle: "", isPrivate: true };

/** Whether whoever asks may know of a place at all. */
export async function mayKnow(c: Context, { handle, isPrivate }: Place): Promise<boolean> {
  return !isPrivate || (await c.get("standingIn")(handle)) !== undefined;
}

/** Who is invited comes as far as the door; and no way leads from what is private to other servers. */
async function mayEnter(desk: Desk, c: Context, place: Place): Promise<boolean> {
  if (!place.isPrivate) return true;
  if (await mayKnow(c, place)) return !/^\/(c|p)\/[^/]+\/(follow|reply)$/.test(c.req.path);
  const viewer = findViewer(c);
  if (!viewer || !/^\/c\/[^/]+\/(join|leave|come-back)$/.test(c.req.path)) return false;
  const { state, mayComeBack } = await findOwnMembership(
    desk.app,
    c.get("community")?.id ?? nobodysCommunity,
    viewer.authorId,
  );
  return state === "invited" || state === "pending" || mayComeBack;
}

/** The community that a path names. */
export async function findPlaceOf(
  { app, communities }: Desk,
  c: Context,
  handle: string,
): Promise<Community | undefined> {
  const known = c.get("community");
  if (known && (known.handle === handle || known.id === handle)) return known;
  return await communities(handle, () => findCommunity(app.db, handle));
}

/** The thread that a path names. */
export async function findThreadOf({ app, threads }: Desk, c: Context): Promise<ThreadHead | undefined> {
  const id = readId<ThreadId>(c.req.param("id"));
  const known = c.get("thread");
  if (known && known.id === id) return known;
  return id && (await threads(id, () => findThread(app.db, id)));
}

async function lookFor(desk: Desk, c: Context): Promise<Place | undefined | "nothing named"> {
  const [, kind, thread] = /^\/(c|p)\/[^/]+(\/t\/)?/.exec(c.req.path) ?? [];
  const [handle, id] = [c.req.param("handle"), c.req.param("id")];
  if (kind === "p" && id !== undefined) {
    const postId = readId<PostId>(id);
    return postId && (await findPlaceOfPost(desk.app.db, postId));
  }
  if (kind === "c" && thread !== undefined && id !== undefined) {
    const found = await findThreadOf(desk, c);
    c.set("thread", found);
    return found && placeOf(found.community);
  }
  if (kind !== "c" || handle === undefined) return "nothing named";
  const community = await findPlaceOf(desk, c, handle);
  c.set("community", community);
  return community && placeOf(community);
}

function placeOf({ handle, visibility }: Community): Place {
  return { handle, isPrivate: visibility === "private" };
}

/** Says of what could be read once that it is no more, on a page of the community where it was. */
export async function answerGone(
  desk: Desk,
  c: Context,
  { handle }: Pick<Place, "handle">,
  what: "post" | "thread" = "post",
): Promise<Response> {
  return await desk.errors.gone(c, what, await findPlaceOf(desk, c, handle));
}
