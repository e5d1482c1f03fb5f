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

interface Named {
  readonly name: string;
  readonly address: string | undefined;
}

/** The names that more than one of these people have. */
export function namesakesAmong(people: readonly Named[]): ReadonlySet<string> {
  const names = people.map(({ name }) => name);
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

/** The address of somebody whom the name alone does not tell from others; of who is known by mail alone there is none to show. */
export function TellApart({ person: { name, address }, namesakes }: { person: Named; namesakes: ReadonlySet<string> }) {
  if (address === undefined || !namesakes.has(name)) return null;
  return (
    <>
      {" "}
      <bdi class="side quiet" dir="ltr">
        @{address}
      </bdi>
    </>
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
