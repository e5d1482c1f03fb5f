/** The limits of joining and leaving; see `limits`. */
export const joiningLimits = {
  /** How long somebody who left may undo it. */
  leavingUndone: 24 * 60 * 60 * 1000,
  /** What somebody says who asks to join, in characters. */
  joiningNote: 1_000,
  /** Links that invite into one community at a time; the longest that one is good; the most people whom one lets in. */
  invitationLinks: 50,
  invitationDays: 90,
  invitationUses: 1_000,
  /** How long a mailed invitation is good, and how many addresses are invited at once. */
  mailedInvitation: 14 * 24 * 60 * 60 * 1000,
  invitedAtOnce: 500,
  /** What a link is for, in characters. */
  invitationNote: 200,
  membersListed: 100,
} as const;
