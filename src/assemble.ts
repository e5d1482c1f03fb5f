import type { Hono } from "hono";
import type { House } from "./house.ts";

/** A part of the server that runs: a door, or a worker. */
export interface Part {
  readonly name: string;
  /** What it answers over HTTP, when the server has the role `web`. */
  readonly http?: Hono;
  /** Starts what it does in the background, when the server has the role `worker`. @returns what stops it */
  readonly work?: () => Promise<() => Promise<void>>;
}

/** Builds the doors and workers on the open house. The first part that answers a request has answered it. */
export async function assemble(_house: House): Promise<readonly Part[]> {
  return [];
}
