import { type PostId, readId } from "../core/ids.ts";

/** Names as other software makes them, as far as they fit into a header. */
const shape = /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/;

/**
 * What a post is called in mail: what its author's software called it if it came as mail, else a name that follows from its id. The same in
 * every copy, for ever.
 */
export function messageIdOf(
  { id, channel, sourceId }: { readonly id: PostId; readonly channel: string; readonly sourceId: string },
  mailDomain: string,
): string {
  const given = sourceId.startsWith("<") ? sourceId : `<${sourceId}>`;
  return channel === "mail" && shape.test(given) ? given : `<p.${id}@${mailDomain}>`;
}

/** The post that a Message-ID of ours names. */
export function readMessageId(messageId: string, mailDomain: string): PostId | undefined {
  const [, id, domain] = /^<?p\.([0-9a-f-]{36})@([^<>@]+)>?$/.exec(messageId.trim()) ?? [];
  return domain?.toLowerCase() === mailDomain.toLowerCase() ? readId<PostId>(id) : undefined;
}
