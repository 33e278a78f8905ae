/** The environment of a program that is started for a test or a bench: nothing there steers it but what its starter says. */

const SETTINGS = /^(ALMANAC_|STAGE1_|DATABASE_URL$|QUESTDB_URL$|VITEST|NODE_OPTIONS$)/;

export const plainEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.test(name)));
