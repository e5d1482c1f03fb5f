/** Where words came from, as a line drawing: other servers, e-mail, or here. A word always stands beside it. */
export type Origin = "activitypub" | "mail" | "web";

/** The drawings, once a page; `Mark` points to them. */
export function MarkSprite() {
  return (
    <svg width="0" height="0" hidden>
      <symbol id="mark-activitypub" viewBox="0 0 16 16">
        <circle cx="8" cy="3" r="2" />
        <circle cx="3" cy="12.5" r="2" />
        <circle cx="13" cy="12.5" r="2" />
        <path d="M7 4.8 4 10.6M9 4.8l3 5.8M5 12.5h6" />
      </symbol>
      <symbol id="mark-mail" viewBox="0 0 16 16">
        <path d="M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5" />
      </symbol>
      <symbol id="mark-web" viewBox="0 0 16 16">
        <path d="M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3" />
      </symbol>
    </svg>
  );
}

export function Mark({ of }: { of: Origin }) {
  return (
    <svg class="mark" aria-hidden="true">
      <use href={`#mark-${of}`} />
    </svg>
  );
}

/** A picture of somebody: their own above one set in type, which is seen where theirs cannot be. It says nothing that does not stand beside it. */
export function Monogram({
  name,
  avatar,
  small = false,
}: {
  name: string;
  avatar?: string | undefined;
  /** Within a line. */
  small?: boolean;
}) {
  const letter = /[\p{L}\p{N}]/u.exec(name)?.[0] ?? "·";
  // One that stands here cannot fail, and the letter could be seen through it.
  const behind = avatar?.startsWith("/media/own/") ? undefined : letter.toLocaleUpperCase();
  return (
    <span class={small ? "mono small" : "mono"} data-i={behind} aria-hidden="true">
      {avatar && <img src={avatar} alt="" width={64} height={64} loading="lazy" decoding="async" />}
    </span>
  );
}
