import type { listHearing } from "../src/community/followed-groups.ts";
import type { PlaceHere } from "../src/post/find-here.ts";
import { Layout } from "./layout.tsx";
import { Title } from "./names.tsx";
import type { Reader } from "./reader.ts";

/** What is known here of an address that somebody came with. */
export type Brought =
  | { readonly kind: "empty" | "unreadable" }
  | {
      readonly kind: "known";
      readonly places: readonly PlaceHere[];
      readonly communities: Awaited<ReturnType<typeof listHearing>>;
    };

interface BroughtPageProps {
  readonly reader: Reader;
  readonly address: string;
  readonly brought: Brought;
}

/** Longest part of an address that is shown. */
const shownLength = 300;

/** Says where something from elsewhere is here, or what can be done when it is not. The address is shown, and is no link. */
export function BroughtPage({ reader, address, brought }: BroughtPageProps) {
  const { text, rich } = reader.messages;
  const shown = <bdi dir="ltr">{address.slice(0, shownLength)}</bdi>;
  const head = {
    title: `${text("brought.title")} · ${reader.site.host}`,
    path: "/authorize_interaction",
    indexable: false,
  };
  return (
    <Layout reader={reader} head={head}>
      <div class="column">
        <h1 class="page-title">{text("brought.title")}</h1>
        <div class="text mt">
          {brought.kind === "empty" && <p>{text("brought.empty")}</p>}
          {brought.kind === "unreadable" && <p>{rich("brought.unreadable", { address: shown })}</p>}
          {brought.kind === "known" && brought.places.length + brought.communities.length === 0 && (
            <p>{rich("brought.none", { address: shown })}</p>
          )}
          {brought.kind === "known" && <Found reader={reader} {...brought} />}
          <p>{text("brought.how")}</p>
          <p>
            <a href="/">{text("error.home")}</a>
          </p>
        </div>
      </div>
    </Layout>
  );
}

function Found({ reader, places, communities }: { reader: Reader } & Extract<Brought, { kind: "known" }>) {
  const { text, rich } = reader.messages;
  return (
    <>
      {places.length > 0 && <p>{text("brought.here")}</p>}
      {places.length > 0 && (
        <ul>
          {places.map(({ id, title, language, community }) => (
            <li>
              {rich("brought.in", {
                title: (
                  <a href={`/p/${id}`}>
                    <Title reader={reader} title={title} language={language} />
                  </a>
                ),
                community: <bdi lang={community.language}>{community.name}</bdi>,
              })}
            </li>
          ))}
        </ul>
      )}
      {communities.length > 0 && <p>{text("brought.heard")}</p>}
      {communities.length > 0 && (
        <ul>
          {communities.map(({ handle, name, language }) => (
            <li>
              <a href={`/c/${handle}`} lang={language}>
                <bdi>{name}</bdi>
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
