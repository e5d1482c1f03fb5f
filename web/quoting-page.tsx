import type { Quoting } from "../src/post/quote-permits.ts";
import { PersonLink } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { safeUrl } from "./safe-url.ts";
import { FormPage } from "./sign-in-page.tsx";

/** Who quotes somebody, for them alone; each permission can be taken back. */
export function QuotingPage({ reader, quoting }: { reader: Reader; quoting: readonly Quoting[] }) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="quoting.title">
      <p class="mt side">
        <a href="/settings">{text("sessions.back")}</a>
      </p>
      <p class="mt">{text(quoting.length > 0 ? "quoting.intro" : "quoting.none")}</p>
      <ul role="list" class="belongings mt">
        {quoting.map((one) => (
          <QuotingItem reader={reader} quoting={one} />
        ))}
      </ul>
    </FormPage>
  );
}

function QuotingItem({ reader, quoting }: { reader: Reader; quoting: Quoting }) {
  const { text, rich } = reader.messages;
  const { id, by, quotedId, at } = quoting;
  const address = `${by.handle}@${by.host}`;
  return (
    <li>
      <div>
        <p>
          {rich("quoting.one", {
            who: <PersonLink name={by.name || by.handle} address={address} />,
            quoting: (content) => (
              <a href={safeUrl(quoting.name)} rel="nofollow ugc noopener noreferrer">
                {content}
              </a>
            ),
            quoted: (content) => <a href={`/p/${quotedId}`}>{content}</a>,
          })}
        </p>
        <p class="hint">{text("quoting.since", { date: reader.dates.day(at) })}</p>
      </div>
      <form method="post" action="/settings/quotes/revoke">
        <input type="hidden" name="quote" value={id} />
        <button type="submit" class="bare mini" aria-label={text("quoting.revoke-this", { who: address })}>
          {text("quoting.revoke")}
        </button>
      </form>
    </li>
  );
}
