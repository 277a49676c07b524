import manifest from "../package.json" with { type: "json" };

/** The version of this package, as `/.well-known/omla`, the API description and `doctor` show it. */
export const VERSION: string = manifest.version;
