import type { Reader } from "./reader.ts";

/** A name that leads to the page of whom it names. */
export function PersonLink({
  name,
  address,
  class: classes,
}: {
  name: string;
  address: string | undefined;
  class?: string;
}) {
  if (address === undefined) return <bdi class={classes}>{name}</bdi>;
  return (
    <a class={classes} href={personPath(address)}>
      <bdi>{name}</bdi>
    </a>
  );
}

/** The page of a person. */
export function personPath(address: string): string {
  return `/@${encodeURI(address)}`;
}

/** The page of a topic. */
export function topicPath(community: { readonly handle: string }, topic: { readonly slug: string }): string {
  return `/c/${community.handle}/topics/${topic.slug}`;
}

/** The address of a community on the fediverse. */
export function handleOf(reader: Reader, community: { readonly handle: string }): string {
  return `@${community.handle}@${reader.site.host}`;
}

/** A title in its language; what has lost its own says so in the reader's. */
export function Title({
  reader,
  title,
  language,
}: {
  reader: Reader;
  title: string | undefined;
  language: string | undefined;
}) {
  return title === undefined || title === "" ? (
    <em>{reader.messages.text("thread.untitled")}</em>
  ) : (
    <bdi lang={language ?? ""}>{title}</bdi>
  );
}

/** Leaves a passage out of what search engines show, when its author asked for that. */
export function snippet(indexable: boolean): { "data-nosnippet"?: "" } {
  return indexable ? {} : { "data-nosnippet": "" };
}
