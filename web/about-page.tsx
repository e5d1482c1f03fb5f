import type { PeopleCount } from "../src/community/count-people.ts";
import type { Community } from "../src/community/get-community.ts";
import type { listModerators } from "../src/community/list-people.ts";
import type { OwnMembership } from "../src/community/own-membership.ts";
import type { Rule } from "../src/community/rules.ts";
import type { Heard } from "../src/post/heard.ts";
import { Numbers } from "./about-numbers.tsx";
import { JoinPanel } from "./join-panel.tsx";
import { Layout } from "./layout.tsx";
import { handleOf, namesakesAmong, PersonLink, TellApart } from "./names.tsx";
import type { Reader } from "./reader.ts";

interface AboutPageProps {
  readonly reader: Reader;
  readonly community: Community;
  /** What is expected of people, in order. */
  readonly rules: readonly Rule[];
  readonly moderators: Awaited<ReturnType<typeof listModerators>>;
  readonly own?: OwnMembership | undefined;
  readonly count: PeopleCount;
  readonly heard: Heard;
}

/** What a community is for, by which rules it goes, and who looks after it. */
export function AboutPage({ reader, community, rules, moderators, own, count, heard }: AboutPageProps) {
  const { text, rich } = reader.messages;
  return (
    <Layout
      reader={reader}
      head={{
        title: `${text("about.title")} · ${community.name}`,
        description: community.summary || undefined,
        path: `/c/${community.handle}/about`,
      }}
      community={community}
      section="about"
    >
      <div class="front">
        <section aria-labelledby="about">
          <h1 class="page-title" id="about">
            {text("about.title")}
          </h1>
          <div class="text mt" lang={community.language} dir="auto">
            {community.summary.split(/\n\s*\n/).map((paragraph) => paragraph && <p>{paragraph}</p>)}
          </div>
          {community.visibility === "public" && (
            <p class="mt">{rich("about.address", { address: <bdi dir="ltr">{handleOf(reader, community)}</bdi> })}</p>
          )}
        </section>
        <Rules reader={reader} community={community} rules={rules} />
        <JoinPanel reader={reader} community={community} own={own} />
        <Moderators reader={reader} moderators={moderators} community={community} />
        <Numbers reader={reader} count={count} heard={heard} />
      </div>
    </Layout>
  );
}

/** What is expected of people, in numbers that decisions cite, and how the community goes about. */
function Rules({ reader, community, rules }: Pick<AboutPageProps, "reader" | "community" | "rules">) {
  const { text } = reader.messages;
  return (
    <section aria-labelledby="rules">
      <h2 class="h" id="rules">
        {text("about.rules")}
      </h2>
      {rules.length > 0 && (
        <ol class="rules house mt" lang={community.language}>
          {rules.map(({ number, words }) => (
            <li id={`rule-${number}`}>
              <bdi>{words}</bdi>
            </li>
          ))}
        </ol>
      )}
      <ul class="rules mt">
        {community.visibility === "private" && <li>{text("about.private")}</li>}
        <li>{text(`about.join.${community.joinPolicy}`)}</li>
        <li>{text(`about.post.${community.postPolicy}`)}</li>
        <li>{text(`about.hold.${community.holdPolicy}`)}</li>
        <li>{text("about.delete")}</li>
      </ul>
    </section>
  );
}

function Moderators({ reader, community, moderators }: Pick<AboutPageProps, "reader" | "community" | "moderators">) {
  const { text } = reader.messages;
  const namesakes = namesakesAmong(moderators);
  return (
    <section aria-labelledby="moderators">
      <h2 class="h" id="moderators">
        {text("about.moderators")}
      </h2>
      <p class="mt">
        <a href={`/c/${community.handle}/log`}>{text("about.log")}</a>
      </p>
      {moderators.length === 0 && <p class="mt">{text("about.no-moderators")}</p>}
      <ul class="index" role="list">
        {moderators.map((moderator) => (
          <li>
            <span>
              <PersonLink name={moderator.name} address={moderator.address} />
              <TellApart person={moderator} namesakes={namesakes} />
            </span>
            <i />
            <span class="num">{text(`role.${moderator.role}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
