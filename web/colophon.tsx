import type { CommunityFrame } from "./layout.tsx";
import { type Reader, themes } from "./reader.ts";

/** The foot of every page. */
export function Colophon({ reader, community }: { reader: Reader; community: CommunityFrame | undefined }) {
  const { text } = reader.messages;
  const base = community && `/c/${community.handle}`;
  return (
    <footer class="colophon">
      <div class="wrap cols">
        {base && (
          <section>
            <h2>{text("footer.community")}</h2>
            <ul role="list">
              <li>
                <a href={`${base}/about`}>{text("footer.about")}</a>
              </li>
              <li>
                <a href={`${base}/about#moderators`}>{text("footer.moderators")}</a>
              </li>
              <li>
                <a href={`${base}/log`}>{text("log.title")}</a>
              </li>
            </ul>
          </section>
        )}
        {base && community.visibility !== "private" && (
          <section>
            <h2>{text("footer.take")}</h2>
            <ul role="list">
              <li>
                <a href={`${base}/feed.atom`}>{text("footer.feed")}</a>
              </li>
            </ul>
          </section>
        )}
        <section>
          <h2>{text("footer.server")}</h2>
          <ul role="list">
            <li>
              <a href="/">{text("nav.communities")}</a>
            </li>
            <li>
              <a href="/privacy">{text("footer.privacy")}</a>
            </li>
            <li>
              <a href="/accessibility">{text("footer.accessibility")}</a>
            </li>
            {reader.site.sourceUrl && (
              <li>
                <a href={reader.site.sourceUrl}>{text("footer.source")}</a>
              </li>
            )}
          </ul>
        </section>
        <Settings reader={reader} />
      </div>
    </footer>
  );
}

function Settings({ reader }: { reader: Reader }) {
  const { text } = reader.messages;
  const labels = { device: text("theme.device"), light: text("theme.light"), dark: text("theme.dark") };
  return (
    <form method="post" action="/settings">
      <h2 id="reading-settings">{text("footer.settings")}</h2>
      <div role="group" aria-labelledby="reading-settings">
        <input type="hidden" name="typeface" value="serif" />
        {themes.map((theme) => (
          <label class="opt">
            <input type="radio" name="theme" value={theme} checked={theme === reader.theme} />
            {labels[theme]}
          </label>
        ))}
        <label class="opt mt">
          <input type="checkbox" name="typeface" value="plain" checked={reader.typeface === "plain"} />
          {text("theme.plain")}
        </label>
        <input type="hidden" name="back" value={reader.path} />
        <button type="submit" class="ghost mini apply">
          {text("theme.apply")}
        </button>
      </div>
      <p class="mt">{text("footer.times", { zone: reader.viewer?.timeZone ?? "UTC" })}</p>
    </form>
  );
}
