import type { Community } from "../src/community/get-community.ts";
import type { ReplyTarget } from "../src/post/find-reply-target.ts";
import { AwayForm, type AwayFormProps } from "./away-form.tsx";
import { Beginning } from "./beginning.tsx";
import { Layout } from "./layout.tsx";
import type { Reader } from "./reader.ts";

/** What somebody wants to do at their own server, and where they ask for it here. */
export interface Errand {
  readonly act: "follow" | "reply";
  readonly community: Community;
  /** The post, for a reply. */
  readonly target?: ReplyTarget | undefined;
  readonly path: string;
  /** What their server is given; `undefined` when nothing can be done there. */
  readonly iri: string | undefined;
}

interface PageProps {
  readonly reader: Reader;
  readonly errand: Errand;
}

/** Asks where somebody is at home. */
export function AwayPage({
  reader,
  errand,
  ...form
}: PageProps & Pick<AwayFormProps, "home" | "remembered" | "error">) {
  const { text } = reader.messages;
  const { act, target, path, iri } = errand;
  return (
    <Frame reader={reader} errand={errand} wrong={form.error !== undefined}>
      {target && <Beginning reader={reader} target={target} />}
      {target?.locked && <p class="mt">{text("answer.closed")}</p>}
      {iri === undefined && <p class="mt">{text("away.no-address")}</p>}
      {iri !== undefined && !target?.locked && (
        <div class="panel mt2">
          <AwayForm reader={reader} act={act} path={path} address={iri} {...form} />
        </div>
      )}
    </Frame>
  );
}

/** Leads somebody home. The page goes there by itself; the link is for whoever's browser does not. */
export function ContinuePage({
  reader,
  errand,
  url,
  host,
}: PageProps & { readonly url: string; readonly host: string }) {
  const { text, rich } = reader.messages;
  return (
    <Frame reader={reader} errand={errand} refresh={url}>
      <p class="mt">
        <a class="btn" href={url} rel="nofollow noreferrer">
          <span>{rich("away.continue", { host: <bdi dir="ltr">{host}</bdi> })}</span>
        </a>
      </p>
      <p class="mt">{text("away.leads")}</p>
      <p class="mt">
        <a href={errand.path}>{text("away.another")}</a>
      </p>
    </Frame>
  );
}

interface FrameProps extends PageProps {
  readonly wrong?: boolean;
  readonly refresh?: string;
  readonly children?: unknown;
}

function Frame({ reader, errand: { act, community, target, path }, wrong = false, refresh, children }: FrameProps) {
  const { text, rich } = reader.messages;
  const name = target?.author.name ?? community.name;
  const key = `away.title.${act}` as const;
  const title = wrong ? text("away.wrong", { title: text(key, { name }) }) : text(key, { name });
  const head = { title: `${title} · ${community.name}`, path, indexable: false, refresh };
  return (
    <Layout reader={reader} head={head} community={community}>
      <div class="column">
        <h1 class="page-title">{rich(key, { name: <bdi>{name}</bdi> })}</h1>
        {children}
      </div>
    </Layout>
  );
}
