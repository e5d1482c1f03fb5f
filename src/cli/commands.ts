import { accountCommands } from "./account.ts";
import { administrationCommands } from "./accounts.ts";
import { announceCommands } from "./announce.ts";
import { appealCommands } from "./appeal.ts";
import { auditCommands } from "./audit.ts";
import { checkCommands } from "./check.ts";
import type { Command } from "./command.ts";
import { communityCommands } from "./community.ts";
import { devCommands } from "./dev.ts";
import { doctorCommands } from "./doctor.ts";
import { followCommands } from "./follow.ts";
import { heldCommands } from "./held.ts";
import { inviteCommands } from "./invite.ts";
import { joiningCommands } from "./joining.ts";
import { keyCommands } from "./keys.ts";
import { listCommands } from "./lists.ts";
import { memberCommands } from "./member.ts";
import { moveCommands } from "./move.ts";
import { postCommands } from "./post.ts";
import { redriveCommands } from "./redrive.ts";
import { reportCommands } from "./report.ts";
import { ruleCommands } from "./rule.ts";
import { serverCommands } from "./server.ts";
import { serverRuleCommands } from "./servers.ts";
import { signUpCommands } from "./sign-up.ts";
import { statusCommands } from "./status.ts";
import { threadCommands } from "./thread.ts";
import { topicCommands } from "./topic.ts";

/** All commands, in the order in which help and README show them. */
export const commands: readonly Command[] = [
  ...serverCommands,
  ...communityCommands,
  ...announceCommands,
  ...accountCommands,
  ...keyCommands,
  ...administrationCommands,
  ...followCommands,
  ...moveCommands,
  ...heldCommands,
  ...postCommands,
  ...threadCommands,
  ...topicCommands,
  ...ruleCommands,
  ...checkCommands,
  ...memberCommands,
  ...inviteCommands,
  ...joiningCommands,
  ...reportCommands,
  ...appealCommands,
  ...serverRuleCommands,
  ...listCommands,
  ...auditCommands,
  ...signUpCommands,
  ...statusCommands,
  ...redriveCommands,
  ...doctorCommands,
  ...devCommands,
];
