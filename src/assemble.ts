import type { Hono } from "hono";
import type { LocalActorId } from "./core/ids.ts";
import type { House } from "./house.ts";
import type { Guard } from "./net/guard.ts";

/** A part of the server that runs: a door, or a worker. */
export interface Part {
  readonly name: string;
  /** What it answers over HTTP, when the server has the role `web`. */
  readonly http?: Hono;
  /** Starts what it does in the background, when the server has the role `worker`. @returns what stops it */
  readonly work?: () => Promise<() => Promise<void>>;
}

/** What the parts are built on. */
export interface Ground {
  readonly house: House;
  /** The one way to other servers. */
  readonly guard: Guard;
  /** The actor that speaks for the server itself. */
  readonly instanceId: LocalActorId;
}

/** Builds the doors and workers on the open house. The first part that answers a request has answered it. */
export async function assemble(_ground: Ground): Promise<readonly Part[]> {
  return [];
}
