import type { DeskPerson } from "../src/moderation/list-desk-people.ts";
import type { Waiting } from "../src/moderation/list-waiting.ts";
import { heldWords } from "./desk-item.tsx";
import type { MessageKey } from "./messages.ts";
import type { Reader } from "./reader.ts";

interface FactsProps {
  readonly reader: Reader;
  readonly item: Waiting;
}

/** Why it is here, in a sentence. */
export function Why({ reader, item }: FactsProps) {
  const { text } = reader.messages;
  const reporters = item.reports.length;
  const titles = {
    held: text(item.person?.published === 0 ? "desk.first" : "desk.held"),
    edit: text("desk.changed"),
    report: text("desk.reported", { count: reporters }),
    join: text("desk.wishes"),
    appeal: text("desk.appeals"),
  };
  return (
    <>
      <p class="why">{titles[item.kind]}</p>
      {item.kind === "held" && <p class="sig">{whyHeld(reader, item.post?.reason)}</p>}
      {item.kind === "edit" && <p class="sig">{whyHeld(reader, item.edit?.reason)}</p>}
      {item.kind === "appeal" && <p class="sig">{text(appealed(item.appeal?.kind))}</p>}
    </>
  );
}

function whyHeld({ messages: { text } }: Reader, reason: string | undefined): string {
  const key = heldWords(reason ?? "");
  if (key) return text(key);
  return reason ? text("desk.plain", { words: reason }) : text("desk.because.other");
}

function appealed(kind: string | undefined): MessageKey {
  switch (kind) {
    case "refused":
    case "edit-refused":
    case "removed":
    case "warned":
    case "banned":
      return `desk.against.${kind}`;
    default:
      return "desk.against.held";
  }
}

/** What a moderator may want to know before they decide. */
export function Facts({ reader, item }: FactsProps) {
  const { person, post } = item;
  const { text } = reader.messages;
  const came = {
    activitypub: text("desk.from", { host: person?.host ?? "" }),
    mail: text("desk.by-mail"),
    web: text("desk.by-web"),
  };
  const at = reader.dates.moment(post?.createdAt ?? item.since, item.since.getUTCFullYear());
  return (
    <ul role="list" class="sig mt">
      <li>{post ? text("desk.came", { how: came[post.channel], at }) : at}</li>
      {post && (
        <li>
          {text("desk.with", {
            links: (item.edit ?? post).links,
            attachments: (item.edit ?? post).attachments.filter(({ kind }) => kind !== "emoji").length,
          })}
        </li>
      )}
      {person && <PersonFacts reader={reader} person={person} />}
    </ul>
  );
}

/** Who somebody is in the community, in short sentences. */
export function PersonFacts({ reader, person }: { reader: Reader; person: DeskPerson }) {
  const { text } = reader.messages;
  const { membership, joinedAt, bannedUntil } = person;
  return (
    <>
      <li>{text("desk.known", { date: reader.dates.day(person.knownSince) })}</li>
      <li>{text("desk.posts", { published: person.published })}</li>
      {membership === "active" && joinedAt && <li>{text("desk.member", { date: reader.dates.day(joinedAt) })}</li>}
      {membership === "banned" && (
        <li>
          {bannedUntil ? text("desk.banned-until", { date: reader.dates.day(bannedUntil) }) : text("desk.banned")}
        </li>
      )}
      {person.trusted && <li>{text("desk.trusted")}</li>}
      <li>
        {person.refused + person.warnings === 0
          ? text("desk.no-decisions")
          : text("desk.decisions", { refused: person.refused, warnings: person.warnings })}
      </li>
      {person.elsewhere > 0 && <li>{text("desk.elsewhere", { count: person.elsewhere })}</li>}
      {person.server !== "open" && <li>{text(`desk.server.${person.server}`)}</li>}
    </>
  );
}
