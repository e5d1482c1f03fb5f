import type { Reader } from "./reader.ts";

/** The address to which a mail begins a thread; nothing where no mail comes in. */
export function ByMail({ reader, handle }: { readonly reader: Reader; readonly handle: string }) {
  const { mailDomain } = reader.site;
  if (mailDomain === undefined) return null;
  const address = `${handle}@${mailDomain}`;
  return (
    <p>
      {reader.messages.rich("answer.mail", {
        address: (
          <a href={`mailto:${address}`}>
            <bdi dir="ltr">{address}</bdi>
          </a>
        ),
      })}
    </p>
  );
}
