import type { Reader } from "./reader.ts";
import { FormPage } from "./sign-in-page.tsx";

interface LinkWordsProps {
  readonly reader: Reader;
  readonly words: string;
  /** Communities that hear on the fediverse. */
  readonly communities: readonly { readonly handle: string }[];
}

/** What somebody sends from an account elsewhere to show that it is theirs. Shown once. */
export function LinkWordsPage({ reader, words, communities }: LinkWordsProps) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="identities.words.title">
      <p class="mt">{text("identities.words.how")}</p>
      <p class="letter" dir="ltr">
        {words}
      </p>
      <h2 class="h mt">{text("identities.words.to")}</h2>
      <ul>
        {communities.map(({ handle }) => (
          <li>
            <bdi dir="ltr">{`@${handle}@${reader.site.host}`}</bdi>
          </li>
        ))}
      </ul>
      <p class="mt side">{text("identities.words.then")}</p>
      <p class="mt side">
        <a href="/settings#identities">{text("settings.title")}</a>
      </p>
    </FormPage>
  );
}
