import type { PropsWithChildren } from "hono/jsx";
import type { Token } from "../src/account/tokens.ts";
import { Layout } from "./layout.tsx";
import { MailInput } from "./mail-input.tsx";
import type { MessageKey } from "./messages.ts";
import type { Reader } from "./reader.ts";

/** Why somebody did not get on. */
export type SignInFault =
  | "no-mail"
  | "no-address"
  | "too-often"
  | "no-server"
  | "no-answer"
  | "linked-elsewhere"
  | "no-passkey";

/** Those that are about an account on another server. */
const aboutServers: readonly (SignInFault | undefined)[] = ["no-server", "no-answer", "linked-elsewhere"];
const aboutMail: readonly (SignInFault | undefined)[] = ["no-address", "too-often", "no-mail"];

interface FrameProps {
  readonly reader: Reader;
  readonly title: MessageKey;
  /** Where the page leads by itself. */
  readonly refresh?: string;
  /** A script of ours that it needs. */
  readonly script?: string;
}

/** A page of a few lines and a form, in one column; nothing for search engines. */
export function FormPage({ reader, title, refresh, script, children }: PropsWithChildren<FrameProps>) {
  const { text } = reader.messages;
  const head = { title: `${text(title)} · ${reader.site.host}`, path: reader.path, indexable: false, refresh, script };
  return (
    <Layout reader={reader} head={head}>
      <div class="column narrow">
        <h1 class="page-title">{text(title)}</h1>
        {children}
      </div>
    </Layout>
  );
}

/** What is wrong with a form, beside it and said at once by screen readers. */
export function Fault({ id, words }: { id: string; words: string }) {
  return (
    <p class="fault" id={id} role="alert">
      {words}
    </p>
  );
}

interface SignInPageProps {
  readonly reader: Reader;
  readonly back: string;
  readonly address: string;
  readonly fault: SignInFault | undefined;
  /** Whether mail can be sent at all. */
  readonly mail: boolean;
}

/** The ways in. */
export function SignInPage({ reader, back, address, fault, mail }: SignInPageProps) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="sign-in.title">
      <p class="mt">{text("sign-in.intro")}</p>
      <section class="way" aria-labelledby="by-mail">
        <h2 class="h" id="by-mail">
          {text("sign-in.mail")}
        </h2>
        {mail ? (
          <form method="post" action="/sign-in">
            <p class="mt side">{text("sign-in.mail-how")}</p>
            {fault && aboutMail.includes(fault) && <Fault id="address-fault" words={text(`sign-in.${fault}`)} />}
            <input type="hidden" name="back" value={back} />
            <label class="mt" for="address">
              {text("sign-in.address")}
            </label>
            <MailInput
              id="address"
              required
              value={address}
              aria-describedby={aboutMail.includes(fault) ? "address-fault" : undefined}
              aria-invalid={fault === "no-address" ? "true" : undefined}
            />
            <button type="submit" class="mt">
              {text("sign-in.send")}
            </button>
          </form>
        ) : (
          <p class="mt">{text("sign-in.no-mail")}</p>
        )}
      </section>
      <section class="way" aria-labelledby="by-passkey">
        <h2 class="h" id="by-passkey">
          {text("sign-in.passkey")}
        </h2>
        <form method="post" action="/sign-in/passkey">
          <p class="mt side">{text("sign-in.passkey-how")}</p>
          {fault === "no-passkey" && <Fault id="passkey-fault" words={text("sign-in.no-passkey")} />}
          <input type="hidden" name="back" value={back} />
          <button type="submit" class="ghost mt">
            {text("sign-in.use-passkey")}
          </button>
        </form>
      </section>
      <section class="way" aria-labelledby="by-server">
        <h2 class="h" id="by-server">
          {text("sign-in.fediverse")}
        </h2>
        <p class="mt side">{text("sign-in.fediverse-how")}</p>
        {fault && aboutServers.includes(fault) && <Fault id="home-fault" words={text(`sign-in.${fault}`)} />}
        <HomeForm reader={reader} back={back} wrong={fault === "no-server"} />
      </section>
    </FormPage>
  );
}

/** Asks at which server somebody has an account. */
export function HomeForm({ reader, back, wrong }: { reader: Reader; back: string; wrong: boolean }) {
  const { text } = reader.messages;
  return (
    <form method="post" action="/sign-in/fediverse">
      <input type="hidden" name="back" value={back} />
      <label class="mt" for="home">
        {text("sign-in.home")}
      </label>
      <input
        id="home"
        name="home"
        required
        autocapitalize="none"
        spellcheck={false}
        dir="ltr"
        placeholder="@ana@mastodon.example"
        aria-describedby={wrong ? "home-fault" : undefined}
        aria-invalid={wrong ? "true" : undefined}
      />
      <button type="submit" class="ghost mt">
        {text("sign-in.go-home")}
      </button>
    </form>
  );
}

/** Leads somebody to their server. The page goes there by itself; the link is for whoever's browser does not. */
export function HomewardPage({ reader, url, host }: { reader: Reader; url: string; host: string }) {
  const { text, rich } = reader.messages;
  return (
    <FormPage reader={reader} title="sign-in.title" refresh={url}>
      <p class="mt">
        <a class="btn" href={url} rel="nofollow noreferrer">
          <span>{rich("away.continue", { host: <bdi dir="ltr">{host}</bdi> })}</span>
        </a>
      </p>
      <p class="mt">{text("sign-in.leads", { host: reader.site.host })}</p>
    </FormPage>
  );
}

/** After asking: look into your mail, and type the code if the link opens elsewhere. */
export function CodePage({ reader, wrong }: { reader: Reader; wrong: boolean }) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="code.title">
      <p class="mt">{text("code.intro")}</p>
      <form method="post" action="/sign-in/code">
        <CodeField label={text("code.label")} fault={wrong ? text("code.wrong") : undefined} />
        <button type="submit" class="mt">
          {text("code.send")}
        </button>
      </form>
      <p class="mt side">
        <a href="/sign-in">{text("code.again")}</a>
      </p>
    </FormPage>
  );
}

/** Where a code is written that came by mail. */
export function CodeField({ label, fault }: { readonly label: string; readonly fault?: string | undefined }) {
  return (
    <>
      {fault && <Fault id="code-fault" words={fault} />}
      <label class="mt" for="code">
        {label}
      </label>
      <input
        id="code"
        name="code"
        class="code"
        inputmode="numeric"
        autocomplete="one-time-code"
        required
        dir="ltr"
        aria-describedby={fault ? "code-fault" : undefined}
        aria-invalid={fault ? "true" : undefined}
      />
    </>
  );
}

interface LinkPageProps {
  readonly reader: Reader;
  readonly token: Token;
  readonly path: string;
  /** The link was asked for in another browser. */
  readonly asksCode: boolean;
  readonly wrong: boolean;
}

/** Where a link leads: a button, since scanners follow links and do not press buttons. */
export function LinkPage({ reader, token, path, asksCode, wrong }: LinkPageProps) {
  const { text } = reader.messages;
  const { host } = reader.site;
  const words = {
    "sign-in": { title: "link.sign-in", button: "link.sign-in-button" },
    "sign-up": { title: "link.sign-up", button: "link.sign-up-button" },
    address: { title: "link.address", button: "link.address-button" },
  } as const;
  const { title, button } =
    words[token.purpose === "sign-up" || token.purpose === "address" ? token.purpose : "sign-in"];
  return (
    <FormPage reader={reader} title={title}>
      <p class="mt">{text(asksCode ? "link.elsewhere" : "link.once", { host })}</p>
      <form method="post" action={path}>
        {asksCode && <CodeField label={text("code.label")} fault={wrong ? text("code.wrong") : undefined} />}
        <button type="submit" class="mt">
          {text(button, { host })}
        </button>
      </form>
    </FormPage>
  );
}

/** For links that were used, or are too old, or never were. */
export function SpentPage({ reader }: { reader: Reader }) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="spent.title">
      <p class="mt">{text("spent.words")}</p>
      <p class="mt">
        <a href="/sign-in">{text("code.again")}</a>
      </p>
    </FormPage>
  );
}

/** For whoever wants an account where none is to be had. */
export function ClosedPage({ reader }: { reader: Reader }) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="sign-up.closed-title">
      <p class="mt">{text("sign-up.closed", { host: reader.site.host })}</p>
      <p class="mt">
        <a href="/">{text("error.home")}</a>
      </p>
    </FormPage>
  );
}
