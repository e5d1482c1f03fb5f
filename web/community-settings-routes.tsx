import type { Hono } from "hono";
import { registerChecks } from "./community-checks.tsx";
import { registerClosing } from "./community-closing.tsx";
import { registerGeneral } from "./community-general.tsx";
import { registerCommunityInvitations } from "./community-invitations.tsx";
import { registerMembers } from "./community-members.tsx";
import { registerJoining, registerPosting } from "./community-policies.tsx";
import { registerRules } from "./community-rules.tsx";
import { registerTopics } from "./community-topics.tsx";
import { registerVisibility } from "./community-visibility.tsx";
import type { Desk } from "./desk.ts";
import { registerHeard } from "./heard-routes.tsx";

/** What those who look after a community can change about it: a page for each part. */
export function registerCommunitySettings(web: Hono, desk: Desk): void {
  registerGeneral(web, desk);
  registerPosting(web, desk);
  registerChecks(web, desk);
  registerJoining(web, desk);
  registerRules(web, desk);
  registerTopics(web, desk);
  registerHeard(web, desk);
  registerClosing(web, desk);
  registerVisibility(web, desk);
  registerMembers(web, desk);
  registerCommunityInvitations(web, desk);
}
