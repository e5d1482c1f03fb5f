import type { Elsewhere } from "../src/account/same-person.ts";
import type { PersonPost, PersonView } from "../src/author/find-person.ts";
import { Layout } from "./layout.tsx";
import { Monogram } from "./marks.tsx";
import { personPath, Title } from "./names.tsx";
import { PostBody } from "./post-body.tsx";
import type { Reader } from "./reader.ts";
import { safeUrl } from "./safe-url.ts";

interface PersonPageProps {
  readonly reader: Reader;
  readonly person: PersonView & { readonly address: string };
  /** Who else they are. */
  readonly elsewhere: readonly Elsewhere[];
  readonly posts: readonly PersonPost[];
  readonly older: string | undefined;
}

/** Somebody, and what they wrote in the communities of this server. */
export function PersonPage({ reader, person, elsewhere, posts, older }: PersonPageProps) {
  const { text } = reader.messages;
  const path = personPath(person.address);
  const head = {
    title: `${person.name} · ${reader.site.host}`,
    description: text("person.about", { name: person.name, host: reader.site.host }),
    path,
    kind: "profile",
    indexable: person.indexable && reader.path === path,
    federated: true,
    feeds: [{ path: `${path}/feed.atom`, title: person.name }],
  } as const;
  return (
    <Layout reader={reader} head={head}>
      <Portrait reader={reader} person={person} elsewhere={elsewhere} />
      <section class="column mt3" aria-labelledby="wrote">
        <h2 class="h" id="wrote">
          {text("person.wrote")}
        </h2>
        {posts.length === 0 && <p class="mt">{text("person.nothing")}</p>}
        <ol class="toc" role="list">
          {posts.map((post) => (
            <Item reader={reader} post={post} />
          ))}
        </ol>
        <nav class="pages" aria-label={text("person.wrote")}>
          {older && (
            <a href={`${path}?before=${older}`} rel="next">
              {text("person.older")}
            </a>
          )}{" "}
          <a href={`${path}/feed.atom`}>{text("footer.feed")}</a>
        </nav>
      </section>
    </Layout>
  );
}

/** Who they are, in their own words. */
function Portrait({ reader, person, elsewhere }: Pick<PersonPageProps, "reader" | "person" | "elsewhere">) {
  const home = safeUrl(person.homeUrl);
  return (
    <div class="column person h-card">
      <Monogram name={person.name} avatar={person.avatar} />
      <h1 class="page-title p-name">
        <bdi>{person.name}</bdi>
      </h1>
      <p class="side quiet">
        <bdi dir="ltr">@{person.address.includes("@") ? person.address : `${person.address}@${reader.site.host}`}</bdi>
      </p>
      {person.bioHtml && <PostBody class="text p-note mt" html={person.bioHtml} language={undefined} />}
      {home && (
        <p class="side mt">
          {reader.messages.rich("person.home", {
            host: new URL(home).host,
            link: (content) => (
              <a class="u-url" href={home} rel="nofollow ugc me">
                {content}
              </a>
            ),
          })}
        </p>
      )}
      {elsewhere.map(({ handle, host, iri }) => (
        <p class="side mt">
          {reader.messages.rich("person.also", {
            address: (
              <a class="u-url" href={safeUrl(iri)} rel="nofollow ugc me" dir="ltr">
                <bdi>{`@${handle}@${host}`}</bdi>
              </a>
            ),
          })}
        </p>
      ))}
    </div>
  );
}

function Item({ reader, post }: { reader: Reader; post: PersonPost }) {
  const { rich } = reader.messages;
  const { community, writtenAt } = post;
  return (
    <li>
      <h3>
        <a href={`/p/${post.id}`}>
          <Title reader={reader} title={post.title} language={post.titleLanguage} />
        </a>
      </h3>
      <p class="gist" lang={post.language ?? ""}>
        <bdi>{post.beginning}</bdi>
      </p>
      <p class="by">
        {rich(post.isReply ? "person.replied" : "person.began", {
          community: (
            <a href={`/c/${community.handle}`} lang={community.language}>
              <bdi>{community.name}</bdi>
            </a>
          ),
          date: <time datetime={writtenAt.toISOString()}>{reader.dates.day(writtenAt)}</time>,
        })}
      </p>
    </li>
  );
}
