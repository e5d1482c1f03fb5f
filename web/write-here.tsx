import type { Reader } from "./reader.ts";

/** The way to write a thread here; for who is not signed in, the way to that. */
export function WriteHere({ reader, handle }: { readonly reader: Reader; readonly handle: string }) {
  const { text, rich } = reader.messages;
  const path = `/c/${handle}/new`;
  if (reader.viewer)
    return (
      <p class="mt">
        <a class="btn" href={path}>
          {text("write.begin")}
        </a>
      </p>
    );
  return (
    <p class="mt">
      {rich("write.sign-in", {
        link: (content) => (
          <a href={`/sign-in?back=${encodeURIComponent(path)}`} rel="nofollow">
            {content}
          </a>
        ),
      })}
    </p>
  );
}
