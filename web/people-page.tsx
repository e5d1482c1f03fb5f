import type { PersonCard } from "../src/community/list-people.ts";
import { type CommunityFrame, Layout } from "./layout.tsx";
import { Monogram } from "./marks.tsx";
import { namesakesAmong, PersonLink, TellApart } from "./names.tsx";
import type { Reader } from "./reader.ts";

interface PeoplePageProps {
  readonly reader: Reader;
  readonly community: CommunityFrame;
  readonly people: readonly PersonCard[];
  readonly more: string | undefined;
}

/** Who wrote in a community. It names people who may not want to be found by search engines, so none may keep it. */
export function PeoplePage({ reader, community, people, more }: PeoplePageProps) {
  const { text } = reader.messages;
  const path = `/c/${community.handle}/people`;
  const namesakes = namesakesAmong(people);
  return (
    <Layout
      reader={reader}
      head={{ title: `${text("people.title")} · ${community.name}`, path: reader.path, indexable: false }}
      community={community}
      section="people"
    >
      <div class="column">
        <h1 class="page-title">{text("people.title")}</h1>
        <p class="side quiet mt">{text(people.length === 0 ? "people.none" : "people.intro")}</p>
        <ul class="index" role="list">
          {people.map((person) => (
            <Row reader={reader} person={person} namesakes={namesakes} />
          ))}
        </ul>
        {more && (
          <nav class="pages" aria-label={text("people.title")}>
            <a href={`${path}?after=${more}`} rel="next">
              {text("people.more")}
            </a>
          </nav>
        )}
      </div>
    </Layout>
  );
}

interface RowProps {
  readonly reader: Reader;
  readonly person: PersonCard;
  readonly namesakes: ReadonlySet<string>;
}

function Row({ reader, person, namesakes }: RowProps) {
  const { text } = reader.messages;
  return (
    <li>
      <span>
        <Monogram name={person.name} avatar={person.avatar} small />
        <PersonLink name={person.name} address={person.address} />
        <TellApart person={person} namesakes={namesakes} />
        {person.role && <span class="side quiet"> {text(`role.${person.role}`)}</span>}
      </span>
      <i />
      <span class="num">
        {person.posts}
        <span class="vh"> {text("posts.unit", { count: person.posts })}</span>
      </span>
    </li>
  );
}
