// Where everything is that the tests need: `node conformance.mjs` is run with these variables set.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: setting.mjs lists what these tests need`);
  return value;
};

export const here = path.dirname(fileURLToPath(import.meta.url));

/** The binary that is tested. */
export const montuno = needed('MONTUNO');

/** A folder to build and write in. */
export const work = needed('MONTUNO_DEBUG_WORK');

/** The command of each debugger that is there, by its name. */
export const commands = JSON.parse(needed('MONTUNO_DEBUGGERS'));

/** The interpreter that has debugpy and pytest. */
export const python = needed('MONTUNO_PYTHON');

/** DAP's JSON schema. */
export const schemaFile = needed('MONTUNO_DAP_SCHEMA');

/** The environment of everything that is started: nothing of the user's settings counts. */
export const environment = {
  ...process.env,
  XDG_CONFIG_HOME: path.join(work, 'configuration'),
  PATH: `${path.dirname(python)}:${process.env.PATH}`,
  NO_COLOR: '1',
  GOFLAGS: '-mod=mod',
};
delete environment.NODE_OPTIONS;
delete environment.NODE_TEST_CONTEXT;
