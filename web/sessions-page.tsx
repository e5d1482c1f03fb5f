import type { SessionView } from "../src/account/sessions.ts";
import type { SessionId } from "../src/core/ids.ts";
import type { Reader } from "./reader.ts";
import { FormPage } from "./sign-in-page.tsx";

interface SessionsPageProps {
  readonly reader: Reader;
  readonly sessions: readonly SessionView[];
  readonly own: SessionId;
}

/** Where somebody is signed in. */
export function SessionsPage({ reader, sessions, own }: SessionsPageProps) {
  const { text, rich } = reader.messages;
  const moment = (date: Date) => <time datetime={date.toISOString()}>{reader.dates.moment(date, 0)}</time>;
  return (
    <FormPage reader={reader} title="sessions.title">
      <p class="mt side">
        <a href="/settings">{text("sessions.back")}</a>
      </p>
      <ul role="list" class="belongings mt">
        {sessions.map(({ id, agent, createdAt, lastSeenAt }) => (
          <li>
            <div>
              <strong>
                <bdi>{agent || text("sessions.unknown")}</bdi>
              </strong>
              {id === own && ` (${text("sessions.this")})`}
              <p class="hint">{rich("sessions.times", { begun: moment(createdAt), seen: moment(lastSeenAt) })}</p>
            </div>
            <form method="post" action="/settings/sessions/end">
              <input type="hidden" name="session" value={id} />
              <button
                type="submit"
                class="bare mini"
                aria-label={text("sessions.end-this", { agent: agent || text("sessions.unknown") })}
              >
                {text("sessions.end")}
              </button>
            </form>
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <form method="post" action="/settings/sessions/end-others">
          <button type="submit" class="ghost mt">
            {text("sessions.end-others")}
          </button>
        </form>
      )}
    </FormPage>
  );
}
