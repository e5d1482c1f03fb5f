import type { PropsWithChildren } from "hono/jsx";
import { sectionPath, sectionsFor } from "./community-sections.ts";
import { type CommunityFrame, Layout } from "./layout.tsx";
import type { MessageKey } from "./messages.ts";
import { type Reader, roleOf } from "./reader.ts";
import { Fault } from "./sign-in-page.tsx";

interface FrameProps {
  readonly reader: Reader;
  readonly community: CommunityFrame;
  /** What the section is called in the list of them. */
  readonly title: MessageKey;
  /** It was just saved. */
  readonly saved?: boolean;
  /** What is wrong with what was sent. */
  readonly fault?: string | undefined;
}

/** The frame of every page of a community's settings: where one is, and the way to the others. */
export function CommunitySettingsPage(props: PropsWithChildren<FrameProps>) {
  const { reader, community, title, saved, fault, children } = props;
  const { text } = reader.messages;
  const head = { title: `${text(title)} · ${community.name}`, path: reader.path, indexable: false };
  return (
    <Layout reader={reader} head={head} community={community} section="settings">
      <div class="column">
        <h1 class="page-title">{text("community.settings")}</h1>
        <nav class="bar" aria-label={text("community.settings")}>
          {sectionsFor(roleOf(reader.viewer, community.handle)).map((section) => (
            <>
              <a
                href={sectionPath(community.handle, section)}
                aria-current={section.label === title ? "page" : undefined}
              >
                {text(section.label)}
              </a>{" "}
            </>
          ))}
        </nav>
        <h2 class="h mt2">{text(title)}</h2>
        {saved && (
          <p class="saved" role="status">
            {text("community.saved")}
          </p>
        )}
        {fault !== undefined && <Fault id="settings-fault" words={fault} />}
        {children}
      </div>
    </Layout>
  );
}
