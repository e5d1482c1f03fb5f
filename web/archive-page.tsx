import type { MonthView } from "../src/post/list-months.ts";
import { type CommunityFrame, Layout } from "./layout.tsx";
import { MonthBars, monthPath } from "./month-bars.tsx";
import type { Reader } from "./reader.ts";

interface ArchivePageProps {
  readonly reader: Reader;
  readonly community: CommunityFrame;
  /** Oldest first. */
  readonly months: readonly MonthView[];
}

/** All months of a community, by year, the latest first. */
export function ArchivePage({ reader, community, months }: ArchivePageProps) {
  const { text } = reader.messages;
  const posts = months.reduce((sum, month) => sum + month.posts, 0);
  const years = [...Map.groupBy(months, ({ year }) => year)].reverse();
  return (
    <Layout
      reader={reader}
      head={{ title: `${text("archive.title")} · ${community.name}`, path: `/c/${community.handle}/archive` }}
      community={community}
      section="archive"
    >
      <div class="column">
        <h1 class="page-title">{text("archive.title")}</h1>
        {posts === 0 ? (
          <p class="mt">{text("archive.none")}</p>
        ) : (
          <>
            <p class="side quiet mt">{text("archive.intro", { posts, months: months.length })}</p>
            <MonthBars reader={reader} community={community} months={months} />
          </>
        )}
        {years.map(([year, monthsOfYear]) => (
          <Year reader={reader} community={community} year={year} months={monthsOfYear.toReversed()} />
        ))}
      </div>
    </Layout>
  );
}

function Year({ reader, community, year, months }: ArchivePageProps & { readonly year: number }) {
  return (
    <section class="mt3" aria-labelledby={`y${year}`}>
      <h2 class="h" id={`y${year}`}>
        {year}
      </h2>
      <ul class="index" role="list">
        {months.map((month) => (
          <li>
            <a href={monthPath(community, month)}>
              {reader.dates.monthName(new Date(Date.UTC(year, month.month - 1)))}
            </a>
            <i />
            <span class="num">
              {month.posts}
              <span class="vh"> {reader.messages.text("posts.unit", { count: month.posts })}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
