import type { PlacedAttachment } from "../src/post/attachments.ts";
import { safeUrl } from "./safe-url.ts";

interface AttachmentsProps {
  readonly attachments: readonly PlacedAttachment[];
  readonly language: string | undefined;
}

/** What came with a post, as links that say what they lead to. */
export function Attachments({ attachments, language }: AttachmentsProps) {
  const links = attachments.flatMap((one) => {
    const url = one.kind === "emoji" ? undefined : safeUrl(one.url);
    return url === undefined ? [] : { ...one, url };
  });
  if (links.length === 0) return null;
  return (
    <ul class="files">
      {links.map(({ url, alt }) => (
        <li>
          <a href={url} rel="nofollow ugc noopener noreferrer" lang={alt === undefined ? undefined : (language ?? "")}>
            <bdi>{alt ?? shownUrl(url)}</bdi>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Where a link leads, in few words. */
function shownUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return pathname === "/" ? host : `${host}${pathname}`;
}
