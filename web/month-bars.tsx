import type { MonthView } from "../src/post/list-months.ts";
import type { CommunityFrame } from "./layout.tsx";
import type { Reader } from "./reader.ts";

/** How many months the bars show, and the size of the drawing in its own units. */
const shown = 24;
const height = 60;
const step = 10;

interface MonthBarsProps {
  readonly reader: Reader;
  readonly community: CommunityFrame;
  /** Oldest first, and not empty. */
  readonly months: readonly MonthView[];
}

/** The last two years up to the latest post: a bar for every month in which something was said, each a link. */
export function MonthBars({ reader, community, months }: MonthBarsProps) {
  const latest = months.at(-1);
  if (!latest) return null;
  const { text } = reader.messages;
  const first = ordinal(latest) - shown + 1;
  const visible = months.filter((month) => ordinal(month) >= first);
  const most = Math.max(...visible.map(({ posts }) => posts));
  const caption = (ordinalOfMonth: number) =>
    reader.dates.month(new Date(Date.UTC(Math.floor(ordinalOfMonth / 12), ordinalOfMonth % 12)));
  return (
    <div class="months">
      <svg
        viewBox={`0 0 ${shown * step} ${height}`}
        preserveAspectRatio="none"
        role="group"
        aria-label={text("front.months")}
      >
        {visible.map((month) => {
          const x = (ordinal(month) - first) * step;
          const tall = Math.max(2, Math.round((month.posts / most) * (height - 2)));
          return (
            <a
              href={monthPath(community, month)}
              class={month === latest ? "now" : undefined}
              aria-label={text("front.month", { month: caption(ordinal(month)), posts: month.posts })}
            >
              <rect x={x + 1} y={height - tall} width={step - 2} height={tall} />
              <rect x={x} y={0} width={step} height={height} class="hit" />
            </a>
          );
        })}
      </svg>
      <div class="cap">
        <span>{caption(first)}</span>
        <span>{caption(ordinal(latest))}</span>
      </div>
    </div>
  );
}

/** The page of a month. */
export function monthPath(
  community: CommunityFrame,
  { year, month }: { readonly year: number; readonly month: number },
): string {
  return `/c/${community.handle}/archive/${year}/${String(month).padStart(2, "0")}`;
}

function ordinal({ year, month }: MonthView): number {
  return year * 12 + month - 1;
}
