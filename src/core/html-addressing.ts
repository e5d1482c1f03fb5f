/** A mention by itself, in the form that `sanitize` gives links. */
const mention = '(<span>)?<a href="([^"]+)"[^>]*>(?:(?!</a>).){0,300}</a>(</span>)?';
const leading = new RegExp(`^(<p>)?${mention}(?:\\s|&nbsp;|<br>){0,20}`, "s");
const last = new RegExp(`^${mention}(?:\\s|<br>){0,20}(</p>)?$`, "s");

/**
 * A post without the mentions at its ends that only say where it goes.
 *
 * @param html as `sanitize` made it
 * @param isPlace whether a link leads to where the post is shown anyway
 */
export function withoutAddressing(html: string, isPlace: (href: string) => boolean): string {
  let text = html;
  for (let cut = cutOnce(text, isPlace); cut !== undefined; cut = cutOnce(text, isPlace)) text = cut;
  return text;
}

function cutOnce(html: string, isPlace: (href: string) => boolean): string | undefined {
  return cutStart(html, isPlace) ?? cutEnd(html, isPlace);
}

function cutStart(html: string, isPlace: (href: string) => boolean): string | undefined {
  const found = leading.exec(html);
  if (!found) return undefined;
  const [whole, paragraph = "", open, href = "", close] = found;
  if (!isPlace(href) || Boolean(open) !== Boolean(close)) return undefined;
  const rest = html.slice(whole.length);
  return rest.startsWith("</p>") ? rest.slice("</p>".length).trimStart() : paragraph + rest;
}

function cutEnd(html: string, isPlace: (href: string) => boolean): string | undefined {
  const link = html.lastIndexOf("<a ");
  const start = html.endsWith("<span>", link) ? link - "<span>".length : link;
  const found = link < 0 ? null : last.exec(html.slice(start));
  if (!found) return undefined;
  const [, open, href = "", close, paragraph = ""] = found;
  if (!isPlace(href) || Boolean(open) !== Boolean(close)) return undefined;
  let rest = html.slice(0, start).trimEnd();
  while (rest.endsWith("<br>")) rest = rest.slice(0, -"<br>".length).trimEnd();
  return rest.endsWith("<p>") ? rest.slice(0, -"<p>".length).trimEnd() : rest + paragraph;
}
