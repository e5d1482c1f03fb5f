import { readSignUpPolicy, setSignUpPolicy, signUpPolicies } from "../account/sign-up-policy.ts";
import { command, json, optionalChoice } from "./command.ts";

const set = command({
  name: "server set",
  summary:
    "says who may make an account here: everybody, whoever has a link that invites, or nobody; without it, shows that",
  parameters: { signup: optionalChoice(signUpPolicies, "who may make an account"), json },
  async run({ print, withHouse }, { signup, ...values }) {
    const signUp = await withHouse(async ({ app }) => {
      if (signup) await setSignUpPolicy(app, signup, "command-line");
      return await readSignUpPolicy(app.db);
    });
    print(values.json ? JSON.stringify({ signup: signUp }) : `signup: ${signUp}`);
  },
});

export const signUpCommands = [set];
