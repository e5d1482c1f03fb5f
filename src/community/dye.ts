import { createHash } from "node:crypto";

/** The hues that a community's pages can have, each named after a dye. */
export const dyes = ["madder", "walnut", "weld", "lichen", "verdigris", "woad", "indigo", "orchil"] as const;

export type Dye = (typeof dyes)[number];

/** The dye of a community that chose none: always the same for the same handle. */
export function dyeFor(handle: string): Dye {
  return dyes[createHash("sha256").update(handle).digest().readUInt32BE() % dyes.length]!;
}
