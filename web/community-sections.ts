import type { LookedAfter } from "../src/account/viewer.ts";
import type { MessageKey } from "./messages.ts";

type Role = LookedAfter["role"];

/** A page of a community's settings, and who may use it: a list of them is the way from one to the other. */
export interface SettingsSection {
  /** The path below `/c/:handle/settings`; below `/c/:handle` where it is a page for itself. */
  readonly path: string;
  readonly apart?: true;
  readonly label: MessageKey;
  readonly for: Role;
}

/** In the order in which they are shown. */
export const settingsSections = [
  { path: "", label: "community.general", for: "owner" },
  { path: "/posting", label: "community.posting", for: "owner" },
  { path: "/checks", label: "community.checks", for: "moderator" },
  { path: "/rules", label: "community.rules", for: "moderator" },
  { path: "/joining", label: "community.joining", for: "owner" },
  { path: "/members", label: "members.title", for: "moderator" },
  { path: "/invitations", label: "invitations.title", for: "moderator" },
  { path: "/visibility", label: "community.visibility", for: "owner" },
  { path: "/topics", label: "topics.title", for: "moderator" },
  { path: "/heard", label: "heard.title", for: "moderator", apart: true },
  { path: "/closing", label: "community.closing", for: "owner" },
] as const satisfies readonly SettingsSection[];

/** Where a section is. */
export function sectionPath(handle: string, { path, apart }: SettingsSection): string {
  return `/c/${handle}${apart ? "" : "/settings"}${path}`;
}

/** Those that somebody may use. */
export function sectionsFor(role: Role | undefined): readonly SettingsSection[] {
  return settingsSections.filter((section: SettingsSection) => role === "owner" || section.for === role);
}

/** Where somebody finds the settings of a community; `undefined` when there are none for them. */
export function settingsHome(handle: string, role: Role | undefined): string | undefined {
  const [first] = sectionsFor(role);
  return first && sectionPath(handle, first);
}
