// Finds what a session has left running: everything that a session starts inherits a variable.

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export const MARK = 'MONTUNO_TEST_SESSION';

/** The processes whose environment has the mark, with their command lines. */
export function marked(mark) {
  const found = [];
  for (const entry of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const environment = fs.readFileSync(`/proc/${entry}/environ`, 'latin1');
      if (!environment.split('\0').includes(`${MARK}=${mark}`)) continue;
      const state = fs.readFileSync(`/proc/${entry}/stat`, 'latin1').replace(/^.*\) /s, '')[0];
      const command = fs.readFileSync(`/proc/${entry}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      if (state !== 'Z') found.push({ id: Number(entry), command });
    } catch {
      // It has ended in between.
    }
  }
  return found;
}

/** Waits until nothing is left, and returns what still is after that: it is ended. */
export async function leftovers(mark, patience = 3000) {
  const until = Date.now() + patience;
  let found = marked(mark);
  while (found.length > 0 && Date.now() < until) {
    await sleep(50);
    found = marked(mark);
  }
  for (const { id } of found) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // Gone.
    }
  }
  return found.map(({ command }) => command);
}
