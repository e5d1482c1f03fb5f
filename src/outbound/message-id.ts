import { type PostId, readId } from "../core/ids.ts";

/**
 * What a post is called in mail: what its author's software called it if it came as mail, else a name that follows from its id. The same in
 * every copy, for ever.
 */
export function messageIdOf(
  { id, channel, sourceId }: { readonly id: PostId; readonly channel: string; readonly sourceId: string },
  mailDomain: string,
): string {
  return channel === "mail" ? sourceId : `<p.${id}@${mailDomain}>`;
}

/** The post that a Message-ID of ours names. */
export function readMessageId(messageId: string, mailDomain: string): PostId | undefined {
  const [, id, domain] = /^<?p\.([0-9a-f-]{36})@([^<>@]+)>?$/.exec(messageId.trim()) ?? [];
  return domain?.toLowerCase() === mailDomain.toLowerCase() ? readId<PostId>(id) : undefined;
}
