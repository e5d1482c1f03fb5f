import { Layout } from "./layout.tsx";
import type { MessageKey } from "./messages.ts";
import type { Reader } from "./reader.ts";

interface PlainPageProps {
  readonly reader: Reader;
  readonly path: string;
  readonly title: MessageKey;
  readonly paragraphs: readonly MessageKey[];
}

/** A page of a few paragraphs. */
export function PlainPage({ reader, path, title, paragraphs }: PlainPageProps) {
  const { text } = reader.messages;
  return (
    <Layout reader={reader} head={{ title: `${text(title)} · ${reader.site.host}`, path }}>
      <div class="column">
        <h1 class="page-title">{text(title)}</h1>
        <div class="text mt">
          {paragraphs.map((key) => (
            <p>{text(key)}</p>
          ))}
        </div>
      </div>
    </Layout>
  );
}
