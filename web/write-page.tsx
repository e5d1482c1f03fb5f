import type { Community } from "../src/community/get-community.ts";
import type { PostId } from "../src/core/ids.ts";
import type { ReplyTarget } from "../src/post/find-reply-target.ts";
import { Beginning } from "./beginning.tsx";
import { Layout } from "./layout.tsx";
import type { MessageKey } from "./messages.ts";
import type { Reader } from "./reader.ts";
import { Preview, WriteForm, type Writing } from "./write-form.tsx";

interface WritePageProps {
  readonly reader: Reader;
  readonly writing: Writing;
  /** What it answers. */
  readonly target?: ReplyTarget | undefined;
}

/** Where somebody writes. */
export function WritePage({ reader, writing, target }: WritePageProps) {
  return (
    <Frame reader={reader} community={writing.community} title={`write.${writing.act}`}>
      {target && <Beginning reader={reader} target={target} />}
      {writing.preview && (
        <Preview reader={reader} words={writing.preview} images={writing.images} community={writing.community} />
      )}
      <WriteForm reader={reader} writing={writing} />
    </Frame>
  );
}

interface HeldPageProps {
  readonly reader: Reader;
  readonly community: Community;
  /** In words. */
  readonly why?: string;
  /** Of words that were read before. */
  readonly isChange?: boolean;
}

/** What was written waits for a moderator. */
export function HeldPage({ reader, community, why, isChange = false }: HeldPageProps) {
  const { text, rich } = reader.messages;
  return (
    <Frame reader={reader} community={community} title="write.held.title">
      <p class="mt">{text(isChange ? "write.held.change" : "write.held")}</p>
      {why && <p class="mt">{rich("write.held.why", { reason: <bdi>{why}</bdi> })}</p>}
      <p class="mt">
        <a href={`/c/${community.handle}`}>{rich("write.held.back", { community: <bdi>{community.name}</bdi> })}</a>
      </p>
    </Frame>
  );
}

interface WithdrawPageProps {
  readonly reader: Reader;
  readonly community: Writing["community"];
  readonly postId: PostId;
}

/** Asks whether somebody means it. */
export function WithdrawPage({ reader, community, postId }: WithdrawPageProps) {
  const { text } = reader.messages;
  return (
    <Frame reader={reader} community={community} title="withdraw.title">
      <p class="mt">{text("withdraw.how")}</p>
      <form method="post" action={`/p/${postId}/withdraw`} class="row">
        <button type="submit">{text("withdraw.do")}</button>
        <a class="btn ghost" href={`/p/${postId}`}>
          {text("withdraw.keep")}
        </a>
      </form>
    </Frame>
  );
}

interface FrameProps {
  readonly reader: Reader;
  readonly community: Writing["community"];
  readonly title: MessageKey;
  readonly children?: unknown;
}

function Frame({ reader, community, title, children }: FrameProps) {
  const { text } = reader.messages;
  const head = { title: `${text(title)} · ${community.name}`, path: reader.path, indexable: false };
  return (
    <Layout reader={reader} head={head} community={community} section="threads">
      <div class="column narrow">
        <h1 class="page-title">{text(title)}</h1>
        {children as never}
      </div>
    </Layout>
  );
}
