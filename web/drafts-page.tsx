import { cleanLine } from "../src/core/html.ts";
import type { DraftCard } from "../src/post/drafts.ts";
import type { Reader } from "./reader.ts";
import { FormPage } from "./sign-in-page.tsx";

/** What somebody has begun to write, for them alone. */
export function DraftsPage({ reader, drafts }: { readonly reader: Reader; readonly drafts: readonly DraftCard[] }) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="drafts.title">
      <p class="mt side">{text(drafts.length === 0 ? "drafts.none" : "drafts.only-you")}</p>
      {drafts.length > 0 && (
        <ul role="list" class="belongings mt">
          {drafts.map((draft) => (
            <Item reader={reader} draft={draft} />
          ))}
        </ul>
      )}
    </FormPage>
  );
}

function Item({ reader, draft }: { reader: Reader; draft: DraftCard }) {
  const { text, rich } = reader.messages;
  const { id, community, updatedAt, language } = draft;
  const title = draft.title.trim() || cleanLine(draft.text, 80) || text("drafts.untitled");
  const kind = draft.postId ? "drafts.change" : draft.parentId ? "drafts.reply" : "drafts.thread";
  return (
    <li>
      <div>
        <a href={pathOf(draft)} lang={language ?? ""} dir="auto">
          {title}
        </a>
        <p class="hint">
          {rich(kind, {
            community: <bdi lang={community.language}>{community.name}</bdi>,
            date: <time datetime={updatedAt.toISOString()}>{reader.dates.moment(updatedAt, 0)}</time>,
          })}
        </p>
      </div>
      <form method="post" action="/drafts/drop">
        <input type="hidden" name="draft" value={id} />
        <button type="submit" class="bare mini" aria-label={text("drafts.drop-this", { title })}>
          {text("drafts.drop")}
        </button>
      </form>
    </li>
  );
}

/** Where it is written on. */
function pathOf({ id, parentId, postId, community }: DraftCard): string {
  if (postId) return `/p/${postId}/edit?draft=${id}`;
  return parentId ? `/p/${parentId}/answer?draft=${id}` : `/c/${community.handle}/new?draft=${id}`;
}
