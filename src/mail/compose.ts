import type { App } from "../app.ts";
import { getCommunity } from "../community/get-community.ts";
import type { PostId } from "../core/ids.ts";
import { listHeld } from "../moderation/list-held.ts";
import type { ClaimedMail } from "../outbound/claim-list-mail.ts";
import { listMailedPosts, listNamesAbove, type MailedPost } from "../post/list-mailed-posts.ts";
import { listCorrections } from "../post/make-digests.ts";
import { composeDigest } from "./compose-digest.ts";
import { composeHeld } from "./compose-held.ts";
import { composePost, type PostComposer } from "./compose-post.ts";
import type { ListLetter } from "./deliver.ts";
import type { Place } from "./place.ts";
import { type Speech, speak } from "./words.ts";

/** Composes a mail to one member; `undefined` when there is nothing left to say. */
export type Composer = (mail: ClaimedMail, address: string) => Promise<ListLetter | undefined>;

/** What composes the mails of one round: what they have in common is read once. */
export function createComposers(app: App, place: Place): Composer {
  const posts = new Map<PostId, ReturnType<typeof readPost>>();
  const composers = new Map<string, PostComposer>();
  const digest = digestComposer(app, place);
  return async (mail, address) => {
    if (mail.kind === "digest") return await digest(mail, address);
    if (mail.kind === "held") return await heldLetter(app, place, mail, address);
    if (mail.kind !== "post" || mail.postId === null) return undefined;
    const read = posts.get(mail.postId) ?? readPost(app, mail.postId);
    posts.set(mail.postId, read);
    const found = await read;
    if (!found) return undefined;
    const speech = speak(mail.language, found.post.community.language);
    const composer = composerOf(composers, speech, found, place);
    return composer(mail, address);
  };
}

async function readPost({ db }: App, id: PostId) {
  const [[post], above] = await Promise.all([listMailedPosts(db, [id]), listNamesAbove(db, id)]);
  return post && { post, above };
}

function composerOf(
  known: Map<string, PostComposer>,
  speech: Speech,
  { post, above }: NonNullable<Awaited<ReturnType<typeof readPost>>>,
  place: Place,
): PostComposer {
  const key = `${post.id} ${speech.language}`;
  const composer = known.get(key) ?? composePost(place, speech, post, above);
  known.set(key, composer);
  return composer;
}

/** Digests of one round have most of their posts in common. */
function digestComposer(app: App, place: Place): Composer {
  const known = new Map<PostId, MailedPost | undefined>();
  return async (mail, address) => {
    const { since, until, postIds } = mail;
    if (!since || !until) return undefined;
    const missing = postIds.filter((id) => !known.has(id));
    const read = await listMailedPosts(app.db, missing);
    for (const id of missing)
      known.set(
        id,
        read.find((post) => post.id === id),
      );
    const posts = postIds.flatMap((id) => known.get(id) ?? []);
    const corrections = await listCorrections(app, mail, since, until);
    const speech = speak(mail.language, posts[0]?.community.language);
    return composeDigest(place, speech, { mail, since, until, posts, corrections }, address);
  };
}

async function heldLetter(app: App, place: Place, mail: ClaimedMail, address: string): Promise<ListLetter | undefined> {
  const [community, posts] = await Promise.all([
    getCommunity(app.db, mail.communityId),
    listHeld(app.db, mail.communityId),
  ]);
  return composeHeld(place, speak(mail.language, community.language), { mail, community, posts }, address);
}
