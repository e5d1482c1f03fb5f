import type { Hono } from "hono";
import { registerAdminCommunities } from "./admin-communities.tsx";
import { registerAdminLog } from "./admin-log.tsx";
import { registerAdminPeople } from "./admin-people.tsx";
import { registerAdminQueues } from "./admin-queues.tsx";
import { registerAdminServers } from "./admin-servers.tsx";
import type { Desk } from "./desk.ts";

/** What those who run the server look at and do. All of it can be done by commands, too. */
export function registerAdmin(web: Hono, desk: Desk): void {
  registerAdminQueues(web, desk);
  registerAdminCommunities(web, desk);
  registerAdminPeople(web, desk);
  registerAdminServers(web, desk);
  registerAdminLog(web, desk);
}
