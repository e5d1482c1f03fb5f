import { accounts } from "../db/schema/account.ts";

/** How somebody wishes to read, wherever they sign in; `null`: as the browser says. */
export interface ReadingWishes {
  readonly language: string | null;
  readonly timeZone: string | null;
  readonly theme: "device" | "light" | "dark" | null;
  readonly typeface: "serif" | "plain" | null;
  readonly threadOrder: "reply" | "date" | null;
}

/** Where they are kept. */
export const readingWishes = {
  language: accounts.language,
  timeZone: accounts.timeZone,
  theme: accounts.theme,
  typeface: accounts.typeface,
  threadOrder: accounts.threadOrder,
};
