import manifest from "../../package.json" with { type: "json" };

/** The version of Folkmoot, as package.json has it. */
export const version: string = manifest.version;
