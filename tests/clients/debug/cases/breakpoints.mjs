// Where a program stops.

import assert from 'node:assert/strict';
import { breakAt, evaluate, finish, resume, runTo, stopped, stoppedAt, valueOf } from './steps.mjs';

const launch = (session, mode, configure) => session.begin(session.backend.launch({ mode }), configure);

export default {
  'a breakpoint stops at its line': async (session) => {
    await runTo(session, 'after-loop');
  },

  'a breakpoint is verified, and has its line': async (session) => {
    let [breakpoint] = [];
    await launch(session, 'plain', async () => ([breakpoint] = await breakAt(session, 'after-loop')));
    if (!breakpoint.verified) {
      const isIt = ({ breakpoint: other }) => other.id === breakpoint.id && other.verified;
      breakpoint = (await session.event('breakpoint', isIt)).breakpoint;
    }
    assert.equal(breakpoint.line, session.backend.line('after-loop'));
    await stoppedAt(session, 'after-loop');
  },

  'a stop names the breakpoint': async (session) => {
    let [breakpoint] = [];
    await launch(session, 'plain', async () => ([breakpoint] = await breakAt(session, 'after-loop')));
    const stop = await stoppedAt(session, 'after-loop');
    assert.deepEqual(stop.hitBreakpointIds, [breakpoint.id]);
  },

  'two breakpoints in one file': async (session) => {
    await launch(session, 'plain', () => breakAt(session, 'after-loop', 'total'));
    await resume(session, await stoppedAt(session, 'after-loop', 'breakpoint'));
    await stoppedAt(session, 'total', 'breakpoint');
  },

  'a breakpoint stops each time': async (session) => {
    await launch(session, 'plain', () => breakAt(session, 'loop'));
    for (const index of ['0', '1', '2']) {
      const stop = await stoppedAt(session, 'loop', 'breakpoint');
      assert.equal(await valueOf(session, stop.frame, 'index'), index);
      await resume(session, stop);
    }
  },

  'a breakpoint that is set while the program is stopped': async (session) => {
    const stop = await runTo(session, 'after-loop');
    await breakAt(session, 'total');
    await resume(session, stop);
    await stoppedAt(session, 'total', 'breakpoint');
  },

  'a breakpoint that is set while the program runs': async (session) => {
    await launch(session, 'spin');
    await session.printed('total 10');
    await breakAt(session, 'spin');
    await stoppedAt(session, 'spin', 'breakpoint');
  },

  'a breakpoint that is taken away': async (session) => {
    await launch(session, 'plain', () => breakAt(session, 'loop', 'after-loop'));
    const stop = await stoppedAt(session, 'loop', 'breakpoint');
    await breakAt(session, 'after-loop');
    await resume(session, stop);
    await stoppedAt(session, 'after-loop', 'breakpoint');
  },

  'all breakpoints are taken away': async (session) => {
    await finish(session, await runTo(session, 'loop'));
  },

  'a condition': async (session) => {
    session.needs('supportsConditionalBreakpoints');
    await launch(session, 'plain', () => breakAt(session, { mark: 'loop', condition: 'index == 3' }));
    const stop = await stoppedAt(session, 'loop');
    assert.equal(await valueOf(session, stop.frame, 'index'), '3');
  },

  'a hit count': async (session) => {
    session.needs('supportsHitConditionalBreakpoints');
    await launch(session, 'plain', () => breakAt(session, { mark: 'loop', hitCondition: '4' }));
    const stop = await stoppedAt(session, 'loop');
    assert.match(await valueOf(session, stop.frame, 'index'), /^[34]$/);
  },

  'a log message': async (session) => {
    session.needs('supportsLogPoints');
    await launch(session, 'plain', () => breakAt(session, { mark: 'loop', logMessage: 'index is {index}.' }));
    await session.event('terminated');
    await session.printed('index is 3.');
  },

  'a function breakpoint': async (session) => {
    session.needs('supportsFunctionBreakpoints');
    await launch(session, 'plain', () =>
      session.ask('setFunctionBreakpoints', { breakpoints: [{ name: session.backend.functionName }] }));
    const stop = await stopped(session, 'function breakpoint', 'breakpoint');
    assert.match(stop.frame.name, /add/);
  },

  'a function breakpoint with a condition': async (session) => {
    session.needs('supportsFunctionBreakpoints', 'supportsConditionalBreakpoints');
    await launch(session, 'plain', () =>
      session.ask('setFunctionBreakpoints', { breakpoints: [{ name: session.backend.functionName, condition: 'right == 3' }] }));
    const stop = await stopped(session, 'function breakpoint', 'breakpoint');
    assert.equal(await valueOf(session, stop.frame, 'right'), '3');
  },

  'an exception that is caught': async (session) => {
    const filter = filterOf(session, 'raised');
    if (!filter) return 'not there';
    await launch(session, 'catch', () => session.ask('setExceptionBreakpoints', { filters: [filter] }));
    const stop = await stopped(session, 'exception', 'breakpoint');
    assert.ok(stop.stackFrames.some(({ line, source }) => line === session.backend.line('fail') && source?.path === session.backend.source));
  },

  'an exception that nobody catches': async (session) => {
    const filter = filterOf(session, 'uncaught');
    if (!filter) return 'not there';
    await launch(session, 'fail', () => session.ask('setExceptionBreakpoints', { filters: [filter] }));
    const stop = await stopped(session, 'exception');
    assert.ok(stop.stackFrames.some(({ line }) => line === session.backend.line('fail')));
  },

  'what an exception says': async (session) => {
    const filter = filterOf(session, 'uncaught') ?? filterOf(session, 'raised');
    session.needs('supportsExceptionInfoRequest');
    if (!filter) return 'not there';
    await launch(session, 'fail', () => session.ask('setExceptionBreakpoints', { filters: [filter] }));
    const stop = await stopped(session);
    const info = await session.ask('exceptionInfo', { threadId: stop.threadId });
    if (session.side === 'bare' || session.backend.name !== 'lldb-dap') assert.match(JSON.stringify(info), /out of beans|throw/);
  },

  'no exception filter, no stop': async (session) => {
    await launch(session, 'catch', () => session.ask('setExceptionBreakpoints', { filters: [] }));
    await session.event('terminated');
    assert.ok(!session.events.some(([name]) => name === 'stopped'));
  },

  'a value that changes': async (session) => {
    session.needs('supportsDataBreakpoints');
    const stop = await runTo(session, 'watch');
    const { scopes } = await session.ask('scopes', { frameId: stop.frame.id });
    const info = await session.ask('dataBreakpointInfo', { name: 'counter', variablesReference: scopes[0].variablesReference });
    assert.ok(info.dataId, info.description);
    const { breakpoints } = await session.ask('setDataBreakpoints', { breakpoints: [{ dataId: info.dataId, accessType: 'write' }] });
    assert.ok(breakpoints[0].verified, breakpoints[0].message);
    await resume(session, stop);
    const next = await stopped(session);
    assert.ok(next.frame.line <= session.backend.line('call'), `stopped at ${next.frame.line}`);
  },

  'an instruction': async (session) => {
    session.needs('supportsInstructionBreakpoints');
    const stop = await runTo(session, 'call');
    const { stackFrames } = await session.ask('stackTrace', { threadId: stop.threadId });
    const { instructions } = await session.ask('disassemble', { memoryReference: stackFrames[0].instructionPointerReference, instructionCount: 4 });
    const { breakpoints } = await session.ask('setInstructionBreakpoints', {
      breakpoints: [{ instructionReference: instructions[1].address }],
    });
    assert.ok(breakpoints[0].verified, breakpoints[0].message);
    await resume(session, stop);
    const next = await stopped(session, 'instruction breakpoint', 'breakpoint');
    assert.equal(BigInt(next.frame.instructionPointerReference), BigInt(instructions[1].address));
  },

  'where breakpoints can be': async (session) => {
    session.needs('supportsBreakpointLocationsRequest');
    await runTo(session, 'loop');
    const [line, endLine] = [session.backend.line('loop'), session.backend.line('after-loop')];
    const { breakpoints } = await session.ask('breakpointLocations', { source: { path: session.backend.source }, line, endLine });
    const lines = breakpoints.map((one) => one.line);
    assert.ok(lines.includes(line) && lines.includes(endLine), `${lines}`);
    assert.ok(lines.every((one) => one >= line && one <= endLine), `${lines}`);
  },

  'a breakpoint in a file that the program does not have': async (session) => {
    await launch(session, 'plain', async () => {
      const { breakpoints } = await session.ask('setBreakpoints', { source: { path: '/nowhere/other.file' }, breakpoints: [{ line: 1 }], lines: [1] });
      assert.equal(breakpoints.length, 1);
    });
    await session.event('terminated');
  },

  'a wrong condition does not end the session': async (session) => {
    session.needs('supportsConditionalBreakpoints');
    await launch(session, 'plain', () => breakAt(session, { mark: 'loop', condition: 'no_such_name ==' }, 'total'));
    let stop = await stopped(session);
    while (stop.frame.line === session.backend.line('loop')) {
      await breakAt(session, 'total');
      await resume(session, stop);
      stop = await stopped(session);
    }
    assert.equal(stop.frame.line, session.backend.line('total'));
    assert.match((await evaluate(session, stop.frame, 'total')).result, /10/);
  },
};

/** The name by which this adapter calls an exception filter. */
function filterOf(session, kind) {
  const name = session.side === 'ours' ? kind : session.backend.exceptions[kind];
  const known = session.backend.exceptions[kind];
  return known && name;
}
