// Runs every case on every debugger behind Montuno and alone, and says what came of it.
//
//   node conformance.mjs [--side bare|ours] [--backend NAME] [--case TEXT] [--table FILE] [--verbose]
//
// Where a case passes alone it has to pass behind Montuno. So those that pass behind Montuno are not run alone, unless the
// page with the table is to be made.

import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { backends, missing } from './backends.mjs';
import breakpoints from './cases/breakpoints.mjs';
import launching from './cases/launching.mjs';
import values, { looking } from './cases/looking.mjs';
import { runTo } from './cases/steps.mjs';
import running from './cases/running.mjs';
import { NotThere, Session, within } from './session.mjs';
import { tableOf } from './table.mjs';

const { values: options } = parseArgs({
  options: {
    side: { type: 'string' }, backend: { type: 'string', multiple: true }, case: { type: 'string' },
    table: { type: 'string' }, verbose: { type: 'boolean' },
  },
});

/** How many sessions there are at once. Most of their time they wait. */
const AT_ONCE = Number(process.env.MONTUNO_DEBUG_JOBS ?? 4);

/** How long a case may take, in milliseconds. */
const LIMIT = 60_000;

const groups = { 'Beginning and ending': launching, Breakpoints: breakpoints, 'Stepping, threads, stacks': running, Values: { ...looking, ...values } };

/** The line at which a session is stopped for the cases that only look. */
const LOOKED_AT_FROM = 'total';

/** Sessions that are stopped, for cases that only look, by side and debugger. */
const stoppedSessions = new Map();

/** A session that is stopped, for a case that only looks. */
async function stoppedSession(backend, side) {
  const key = `${side} ${backend.name}`;
  const known = stoppedSessions.get(key);
  if (known) return known;
  const session = await Session.open(backend, side);
  const stop = await runTo(session, LOOKED_AT_FROM);
  stoppedSessions.set(key, { session, stop });
  return { session, stop };
}

/** Ends the sessions that are stopped. What they leave behind is a failure of the last case. */
async function closeStopped() {
  const left = [];
  for (const { session } of stoppedSessions.values()) left.push(...(await session.close()));
  stoppedSessions.clear();
  return left;
}

async function runCase({ backend, name, body, looks }, side) {
  const begun = Date.now();
  const capabilities = name.includes('terminal') ? { supportsRunInTerminalRequest: true } : {};
  let session, stop, outcome;
  try {
    if (looks) ({ session, stop } = await stoppedSession(backend, side));
    else session = await Session.open(backend, side, capabilities);
    session.needed = [];
    const said = await within('the case', body(session, stop), LIMIT);
    outcome = { state: said === 'not there' ? 'none' : 'passes' };
  } catch (error) {
    outcome = error instanceof NotThere ? { state: 'none' } : { state: 'fails', why: error.message, error };
  }
  outcome.violations = session?.violations.splice(0) ?? [];
  let left = [];
  if (!looks || outcome.state === 'fails') {
    // A session in which something failed is no place for the next case.
    left = (await session?.close()) ?? [];
    if (looks) stoppedSessions.delete(`${side} ${backend.name}`);
  }
  if (left.length > 0 && side === 'ours') {
    outcome = { ...outcome, state: 'fails', why: `still running afterwards: ${left.join('; ')}` };
  }
  return { ...outcome, backend: backend.name, side, name, seconds: (Date.now() - begun) / 1000, log: session?.log, complaints: session?.complaints };
}

/** Every case that is wanted, on every debugger that is wanted. */
function wanted() {
  const chosen = backends.filter(({ name }) => !options.backend || options.backend.includes(name));
  for (const backend of chosen) backend.prepare();
  const cases = Object.values(groups).flatMap((group) => Object.entries(group));
  const named = cases.filter(([name]) => !options.case || name.includes(options.case));
  return named.flatMap(([name, body]) => chosen.map((backend) => ({ backend, name, body, looks: name in looking })));
}

/** Runs cases on one side, several at once. Those that only look at one session come one after the other. */
async function runAll(side, cases) {
  const results = [];
  const lines = new Map();
  for (const one of cases.filter(({ looks }) => looks)) {
    lines.set(one.backend.name, [...(lines.get(one.backend.name) ?? []), one]);
  }
  const rest = [...lines.values(), ...cases.filter(({ looks }) => !looks).map((one) => [one])];
  const worker = async () => {
    for (let line = rest.shift(); line; line = rest.shift()) {
      for (const one of line) {
        const result = await runCase(one, side);
        results.push(result);
        if (!options.verbose) continue;
        const { seconds, state, backend, name, why } = result;
        console.log(`${seconds.toFixed(1).padStart(5)} ${state.padEnd(6)} ${side} ${backend.padEnd(8)} ${name}${why ? `: ${why}` : ''}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const left = await closeStopped();
  if (left.length > 0) {
    results.push({ state: 'fails', side, backend: '', name: 'the end of the sessions', violations: [], why: `still running: ${left.join('; ')}` });
  }
  return results;
}

const begun = Date.now();
const key = ({ backend, name }) => `${backend.name ?? backend}\n${name}`;
const cases = wanted();
const ours = options.side === 'bare' ? [] : await runAll('ours', cases);
// What passes behind Montuno needs no comparison, unless a table is wanted.
const good = new Set(ours.filter(({ state, violations }) => state === 'passes' && violations.length === 0).map(key));
const compared = options.table || options.side === 'bare' ? cases : cases.filter((one) => !good.has(key(one)));
const alone = options.side === 'ours' ? [] : await runAll('bare', compared);
const bare = new Map(alone.map((result) => [key(result), result]));
const results = [...ours, ...alone];
let bad = 0;

for (const result of ours) {
  const reference = bare.get(key(result));
  if (reference?.state === 'passes' && result.state !== 'passes') {
    bad++;
    console.log(`\nWORSE THAN ALONE: ${result.backend}: ${result.name}: ${result.why ?? 'it says that this is not there'}`);
    console.log(result.error?.stack ?? '');
    console.log((result.log ?? []).slice(-40).map((line) => `    ${line}`).join('\n'), result.complaints ?? '');
  }
  for (const violation of new Set(result.violations)) {
    bad++;
    const isTheirs = bare.get(key(result))?.violations.includes(violation) ? ' (the debugger alone says it as well)' : '';
    console.log(`\nAGAINST THE PROTOCOL: ${result.backend}: ${result.name}: ${violation}${isTheirs}`);
  }
}
const count = (side, state) => results.filter((result) => result.side === side && result.state === state).length;
for (const side of ['bare', 'ours']) {
  console.log(`${side}: ${count(side, 'passes')} pass, ${count(side, 'fails')} fail, ${count(side, 'none')} are not there`);
}
console.log(`${((Date.now() - begun) / 1000).toFixed(0)} s${missing.length > 0 ? `; not there: ${missing.join(', ')}` : ''}`);
if (options.table) fs.writeFileSync(options.table, tableOf(groups, results));
process.exit(bad > 0 ? 1 : 0);
