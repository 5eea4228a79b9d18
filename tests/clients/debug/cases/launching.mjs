// Beginning and ending.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, work } from '../setting.mjs';
import { within } from '../session.mjs';
import { breakAt, finish, resume, runTo, stopped, stoppedAt, valueOf } from './steps.mjs';

export default {
  'initialize says what the adapter can do': async (session) => {
    assert.equal(typeof session.capabilities, 'object');
    assert.ok(Object.keys(session.capabilities).length > 5);
  },

  'launch runs a program to its end': async (session) => {
    await session.begin(session.backend.launch({}));
    await session.event('terminated');
  },

  'exited tells the exit code 0': async (session) => {
    await session.begin(session.backend.launch({}));
    assert.equal((await session.event('exited')).exitCode, 0);
  },

  'exited tells the exit code 3': async (session) => {
    await session.begin(session.backend.launch({ mode: 'code' }));
    assert.equal((await session.event('exited')).exitCode, 3);
  },

  'what the program prints comes as output': async (session) => {
    await session.begin(session.backend.launch({}));
    await session.printed('total 10');
  },

  'what the program prints as errors comes as output': async (session) => {
    await session.begin(session.backend.launch({ mode: 'complain' }));
    await session.printed('a complaint');
  },

  'twenty thousand lines come as output': async (session) => {
    await session.begin(session.backend.launch({ mode: 'flood' }));
    await session.event('terminated');
    await session.printed('line 19999 of');
  },

  'a program has its arguments': async (session) => {
    await session.begin(session.backend.launch({ mode: 'echo', args: ["a 'b' \"c\" é"] }));
    await session.printed("argument a 'b' \"c\" é");
  },

  'a program has its environment': async (session) => {
    await session.begin(session.backend.launch({ mode: 'echo', env: { GREETING: 'good day' } }));
    await session.printed('variable good day');
  },

  'a program has its folder': async (session) => {
    const folder = fs.realpathSync(work);
    await session.begin(session.backend.launch({ mode: 'echo', cwd: folder }));
    await session.printed(`folder ${folder}`);
  },

  'stops on entry': async (session) => {
    await session.begin(session.backend.launch({ stopOnEntry: true }));
    const stop = await session.event('stopped');
    await finish(session, { threadId: stop.threadId ?? (await session.ask('threads')).threads[0].id });
  },

  'a program runs without debugging': async (session) => {
    await session.begin(session.backend.launch({ noDebug: true }));
    await session.event('terminated');
    assert.ok(!session.events.some(([name]) => name === 'stopped'), 'nothing stopped');
  },

  'a program that is not there is an error that names it': async (session) => {
    const { backend } = session;
    const gone = backend.program ? { program: '/nowhere/no such program' } : { program: '/nowhere/no such program.py' };
    const begun = session.begin(backend.launch(gone));
    const failed = begun.then(() => null, (error) => error);
    const ended = session.event('terminated').then(() => null, () => null);
    const error = await Promise.race([failed, ended.then(() => failed)]);
    const said = `${error?.message} ${JSON.stringify(error?.answer?.body ?? '')} ${session.output}`;
    assert.match(said, /no such program/);
  },

  'the program in the terminal of the client': async (session) => {
    const { backend } = session;
    if (!backend.terminal) return 'not there';
    await runTo(session, 'loop', { ...backend.terminal });
    assert.equal(session.terminals.length, 1, 'the client was asked to run it');
  },

  'restart': async (session) => {
    session.needs('supportsRestartRequest');
    const stop = await runTo(session, 'after-loop');
    assert.equal(await valueOf(session, stop.frame, 'total'), '10');
    await session.ask('restart', {});
    await stoppedAt(session, 'after-loop', 'breakpoint');
  },

  'terminate ends the program': async (session) => {
    session.needs('supportsTerminateRequest');
    await session.begin(session.backend.launch({ mode: 'spin' }));
    await session.printed('total 10');
    await session.ask('terminate', {});
    await session.event('terminated');
  },

  'terminate ends a program that is stopped': async (session) => {
    session.needs('supportsTerminateRequest');
    await runTo(session, 'loop');
    await session.ask('terminate', {});
    await session.event('terminated');
  },

  'disconnect ends a program that runs': async (session) => {
    await session.begin(session.backend.launch({ mode: 'spin' }));
    await session.printed('total 10');
    await session.ask('disconnect', { terminateDebuggee: true });
  },

  'disconnect ends a program that is stopped': async (session) => {
    await runTo(session, 'loop');
    await session.ask('disconnect', {});
  },

  'disconnect before anything was launched': async (session) => {
    await session.root.ask('disconnect', {});
  },

  'attach to a process, and leave it': async (session) => {
    const { backend } = session;
    const { program, args, attach } = attachable(backend);
    const child = spawn(program, args, { env: environment, cwd: backend.folder });
    let printed = '';
    child.stdout.on('data', (data) => (printed += data));
    child.stderr.on('data', (data) => (printed += data));
    try {
      while (!printed.includes('total 10')) await within('what the program prints', once(child.stdout, 'data'));
      await session.begin(attach(child, printed), (session) => breakAt(session, 'spin'), 'attach');
      // Some stop where the program is when it is attached to.
      let stop = await stopped(session);
      for (let turn = 0; turn < 3 && stop.frame?.line !== backend.line('spin'); turn++) {
        await resume(session, stop);
        stop = await stopped(session);
      }
      assert.equal(stop.frame.line, backend.line('spin'));
      await session.ask('setBreakpoints', { source: { path: backend.source }, breakpoints: [], lines: [] });
      await resume(session, stop);
      await session.ask('disconnect', { terminateDebuggee: false });
      await sleep(300);
      assert.equal(child.exitCode ?? child.signalCode, null, 'the program runs on');
    } finally {
      child.kill('SIGKILL');
    }
  },
};

/** How the program is started for somebody to attach to it. */
function attachable(backend) {
  switch (backend.name) {
    case 'debugpy':
      return { program: process.env.MONTUNO_PYTHON, args: [backend.source, 'spin'], attach: ({ pid }) => ({ type: 'debugpy', processId: pid, justMyCode: true }) };
    case 'delve':
      return { program: backend.program, args: ['spin'], attach: ({ pid }) => ({ mode: 'local', processId: pid }) };
    case 'js-debug':
      return {
        program: process.execPath,
        args: ['--inspect=127.0.0.1:0', backend.source, 'spin'],
        attach: (_, printed) => ({ type: 'pwa-node', port: Number(/ws:\/\/127\.0\.0\.1:(\d+)/.exec(printed)[1]), address: '127.0.0.1', continueOnAttach: true }),
      };
    default:
      return { program: backend.program, args: ['spin'], attach: ({ pid }) => ({ pid, program: backend.program }) };
  }
}
