import type { PlannedErasure } from "../src/account/erasure.ts";
import type { ExportView } from "../src/post/keep-export.ts";
import type { MessageKey } from "./messages.ts";
import type { Reader } from "./reader.ts";
import { Section } from "./settings-page.tsx";
import { CodeField, Fault, FormPage } from "./sign-in-page.tsx";

export interface DataProps {
  readonly reader: Reader;
  readonly exports: readonly ExportView[];
  readonly planned: PlannedErasure | undefined;
  /** The communities that nobody else owns. */
  readonly soleOwned: readonly { readonly handle: string; readonly name: string }[];
  /** A code was sent, and is waited for. */
  readonly asked: boolean;
  /** Whether a mail reaches them, with a code. */
  readonly mailed: boolean;
  readonly fault?: { readonly of: "export" | "erase"; readonly message: MessageKey } | undefined;
}

/** What somebody can do with all that is theirs: take it along, or have it forgotten. */
export function DataPage(props: DataProps) {
  const { text } = props.reader.messages;
  return (
    <FormPage reader={props.reader} title="data.title">
      <Section id="export" title={text("data.export")}>
        <Export {...props} />
      </Section>
      <Section id="erase" title={text("data.erase")}>
        {props.fault?.of === "erase" && <Fault id="erase-fault" words={text(props.fault.message)} />}
        {props.planned ? <Planned {...props} planned={props.planned} /> : <Erase {...props} />}
      </Section>
    </FormPage>
  );
}

function Export({ reader, exports, fault }: DataProps) {
  const { text, rich } = reader.messages;
  const { dates } = reader;
  return (
    <>
      <p class="mt side">{text("data.export-what")}</p>
      {fault?.of === "export" && <Fault id="export-fault" words={text(fault.message)} />}
      <form method="post" action="/settings/data/export">
        <button type="submit" class="ghost mt">
          {text("data.export-do")}
        </button>
      </form>
      {exports.length > 0 && (
        <ul role="list" class="belongings mt">
          {exports.map(({ id, createdAt, size, expiresAt }) => {
            const date = <time datetime={createdAt.toISOString()}>{dates.moment(createdAt, 0)}</time>;
            if (size === null || expiresAt === null)
              return (
                <li>
                  <p>{rich("data.export-making", { date })}</p>
                </li>
              );
            const until = <time datetime={expiresAt.toISOString()}>{dates.day(expiresAt)}</time>;
            return (
              <li>
                <a href={`/settings/data/files/${id}`} download>
                  {rich("data.export-ready", { date, until, size: Math.ceil(size / 1024) })}
                </a>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

function Planned({ reader, planned }: DataProps & { planned: PlannedErasure }) {
  const { text, rich } = reader.messages;
  const date = <time datetime={planned.at.toISOString()}>{reader.dates.moment(planned.at, 0)}</time>;
  return (
    <>
      <p class="mt">
        {rich(planned.posts === "unname" ? "data.erase-planned-unname" : "data.erase-planned", { date })}
      </p>
      <form method="post" action="/settings/data/keep">
        <button type="submit" class="mt">
          {text("data.erase-keep")}
        </button>
      </form>
    </>
  );
}

function Erase(props: DataProps) {
  const { reader, soleOwned, asked } = props;
  const { text } = reader.messages;
  if (soleOwned.length > 0)
    return (
      <>
        <p class="mt">{text("data.erase-owner")}</p>
        <ul>
          {soleOwned.map(({ handle, name }) => (
            <li>
              <a href={`/c/${handle}`}>
                <bdi>{name}</bdi>
              </a>
            </li>
          ))}
        </ul>
      </>
    );
  return asked ? <Code reader={reader} /> : <Choice {...props} />;
}

function Choice({ reader, mailed }: DataProps) {
  const { text } = reader.messages;
  return (
    <>
      <p class="mt side">{text("data.erase-what")}</p>
      <form method="post" action="/settings/data/erase">
        <fieldset>
          <legend>{text("data.erase-posts")}</legend>
          <label class="opt">
            <input type="radio" name="posts" value="delete" checked />
            {text("data.erase-posts.delete")}
          </label>
          <label class="opt">
            <input type="radio" name="posts" value="unname" />
            {text("data.erase-posts.unname")}
          </label>
        </fieldset>
        <button type="submit" class="ghost mt">
          {text(mailed ? "data.erase-ask" : "data.erase-do")}
        </button>
      </form>
    </>
  );
}

function Code({ reader }: { reader: Reader }) {
  const { text } = reader.messages;
  return (
    <>
      <p class="mt">{text("data.erase-sent")}</p>
      <form method="post" action="/settings/data/confirm">
        <CodeField label={text("data.erase-code")} />
        <button type="submit" class="mt">
          {text("data.erase-do")}
        </button>
      </form>
    </>
  );
}
