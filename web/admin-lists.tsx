import type { FollowedList } from "../src/moderation/follow-lists.ts";
import { faultWords } from "./admin-frame.tsx";
import type { Reader } from "./reader.ts";

/** Takes over a list once: tried first, so that nobody is surprised. */
export function ImportForm({ reader }: { reader: Reader }) {
  const { text } = reader.messages;
  return (
    <>
      <h3 class="h mt2">{text("admin.import")}</h3>
      <form method="post" action="/admin/servers/import" class="settings">
        <label for="list">{text("admin.list")}</label>
        <textarea id="list" name="list" required dir="ltr" spellcheck={false} aria-describedby="list-hint" />
        <p class="hint" id="list-hint">
          {text("admin.list-hint")}
        </p>
        <div class="row">
          <button type="submit" name="do" value="try">
            {text("admin.try-import")}
          </button>
          <button type="submit" name="do" value="import" class="ghost">
            {text("admin.do-import")}
          </button>
        </div>
      </form>
    </>
  );
}

/** Lists that are taken over every day. */
export function Lists({ reader, lists }: { reader: Reader; lists: readonly FollowedList[] }) {
  const { text } = reader.messages;
  return (
    <>
      <h3 class="h mt2">{text("admin.lists")}</h3>
      <p class="mt">{text("admin.lists-intro")}</p>
      <ul role="list" class="belongings">
        {lists.map(({ url, rules, readAt, fault, faultName }) => (
          <li>
            <div>
              <bdi dir="ltr">{url}</bdi>
              <p class="hint">
                {readAt && text("admin.list-facts", { rules, at: reader.dates.moment(readAt, 0) })}
                {fault !== null && ` ${faultWords(reader, { code: "invalid", fault: faultName ?? undefined })}`}
              </p>
            </div>
            <form method="post" action="/admin/servers/lists">
              <input type="hidden" name="url" value={url} />
              <button
                type="submit"
                name="do"
                value="end"
                class="bare mini"
                aria-label={text("admin.end-list", { url })}
              >
                {text("admin.end")}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <form method="post" action="/admin/servers/lists" class="settings">
        <label for="url">{text("admin.list-url")}</label>
        <input id="url" name="url" type="url" required dir="ltr" />
        <button type="submit" class="mt">
          {text("admin.follow-list")}
        </button>
      </form>
    </>
  );
}

/** Servers that no list touches. */
export function Exceptions({ reader, exceptions }: { reader: Reader; exceptions: readonly string[] }) {
  const { text } = reader.messages;
  return (
    <>
      <h3 class="h mt2">{text("admin.exceptions")}</h3>
      <ul role="list" class="belongings">
        {exceptions.map((host) => (
          <li>
            <bdi dir="ltr">{host}</bdi>
            <form method="post" action="/admin/servers/exceptions">
              <input type="hidden" name="host" value={host} />
              <button
                type="submit"
                name="do"
                value="end"
                class="bare mini"
                aria-label={text("admin.end-exception", { host })}
              >
                {text("admin.end")}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <form method="post" action="/admin/servers/exceptions" class="settings">
        <label for="exception">{text("admin.exception-host")}</label>
        <input id="exception" name="host" required dir="ltr" autocapitalize="none" spellcheck={false} />
        <button type="submit" class="mt">
          {text("admin.add-exception")}
        </button>
      </form>
    </>
  );
}
