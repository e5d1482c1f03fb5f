import type { Child } from "hono/jsx";
import { countCommunities, listOwnerless } from "../src/community/list-ownerless.ts";
import type { Desk } from "./desk.ts";
import type { Reader } from "./reader.ts";

/** What whoever runs a server has still to do before people can live on it. */
export interface FirstSteps {
  readonly communities: number;
  /** The names of those that nobody owns. */
  readonly ownerless: readonly string[];
  /** Whether mail goes out. */
  readonly mails: boolean;
  /** Whether others can find the server at all. */
  readonly local: boolean;
}

export async function readFirstSteps({ app }: Desk): Promise<FirstSteps> {
  const { smtpUrl, origin } = app.config;
  return {
    communities: await countCommunities(app.db),
    ownerless: await listOwnerless(app.db),
    mails: smtpUrl !== undefined,
    local: /^(localhost|127\.|\[::1\])/.test(new URL(origin).host),
  };
}

/** Says what is still to be done, as long as something is; `doctor` knows more. */
export function StillToDo({ reader, steps }: { reader: Reader; steps: FirstSteps }) {
  const { text, rich } = reader.messages;
  const leading = (content: Child[]) => <a href="/admin/communities">{content}</a>;
  const { communities, ownerless, mails, local } = steps;
  if (communities > 0 && ownerless.length === 0 && mails && !local) return null;
  return (
    <>
      <h3 class="h mt2">{text("admin.to-do")}</h3>
      <ul>
        {communities === 0 && <li>{rich("admin.to-do-community", { link: leading })}</li>}
        {ownerless.map((name) => (
          <li>{rich("admin.to-do-owner", { name: <bdi>{name}</bdi>, link: leading })}</li>
        ))}
        {!mails && <li>{rich("admin.to-do-mail", { variable: <code>SMTP_URL</code> })}</li>}
        {local && (
          <li>
            {rich("admin.to-do-origin", {
              origin: <bdi dir="ltr">{reader.site.origin}</bdi>,
              variable: <code>ORIGIN</code>,
            })}
          </li>
        )}
      </ul>
      <p class="hint">{rich("admin.to-do-doctor", { command: <code>npx folkmoot doctor</code> })}</p>
    </>
  );
}
