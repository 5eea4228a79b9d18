// Stepping, threads and stacks.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { breakAt, resume, runTo, stopped, stoppedAt } from './steps.mjs';

const here = (session, mark) => session.backend.line(mark);

export default {
  'next goes over a call': async (session) => {
    const stop = await runTo(session, 'call');
    await session.ask('next', { threadId: stop.threadId });
    await stoppedAt(session, 'nested', 'step');
  },

  'stepIn goes into a call': async (session) => {
    const stop = await runTo(session, 'call');
    await session.ask('stepIn', { threadId: stop.threadId });
    const next = await stopped(session, 'step');
    assert.match(next.frame.name, /loop/);
  },

  'stepOut leaves a function': async (session) => {
    const stop = await runTo(session, 'add');
    await session.ask('stepOut', { threadId: stop.threadId });
    const next = await stopped(session, 'step');
    assert.match(next.frame.name, /loop/);
  },

  'steps one after the other': async (session) => {
    let stop = await runTo(session, 'add');
    await breakAt(session);
    await session.ask('next', { threadId: stop.threadId });
    stop = await stoppedAt(session, 'add-return', 'step');
    await session.ask('stepOut', { threadId: stop.threadId });
    stop = await stopped(session, 'step');
    assert.match(stop.frame.name, /loop/);
  },

  'a step by instruction': async (session) => {
    session.needs('supportsSteppingGranularity');
    const stop = await runTo(session, 'call');
    await session.ask('next', { threadId: stop.threadId, granularity: 'instruction' });
    const next = await stopped(session, 'step');
    assert.notEqual(next.frame.instructionPointerReference, stop.frame.instructionPointerReference);
  },

  'targets to step into': async (session) => {
    session.needs('supportsStepInTargetsRequest');
    const stop = await runTo(session, 'nested');
    const { targets } = await session.ask('stepInTargets', { frameId: stop.frame.id });
    assert.ok(targets.length >= 1);
    await session.ask('stepIn', { threadId: stop.threadId, targetId: targets[0].id });
    await stopped(session, 'step');
  },

  'goes to another line': async (session) => {
    session.needs('supportsGotoTargetsRequest');
    const stop = await runTo(session, 'call');
    const { targets } = await session.ask('gotoTargets', { source: { path: session.backend.source }, line: here(session, 'total') });
    assert.ok(targets.length >= 1);
    await session.ask('goto', { threadId: stop.threadId, targetId: targets[0].id });
    const next = await stopped(session);
    assert.equal(next.frame.line, here(session, 'total'));
  },

  'begins a frame again': async (session) => {
    session.needs('supportsRestartFrame');
    const stop = await runTo(session, 'add-return');
    await session.ask('restartFrame', { frameId: stop.frame.id });
    const next = await stopped(session);
    assert.match(next.frame.name, /add/);
    assert.ok(next.frame.line <= here(session, 'add'));
  },

  'continue runs on': async (session) => {
    const stop = await runTo(session, 'after-loop');
    const body = await resume(session, stop);
    assert.ok(body.allThreadsContinued === undefined || typeof body.allThreadsContinued === 'boolean');
    await session.event('terminated');
  },

  'pause stops a program that runs': async (session) => {
    await session.begin(session.backend.launch({ mode: 'spin' }));
    await session.printed('total 10');
    const { threads } = await session.ask('threads');
    await session.ask('pause', { threadId: threads[0].id });
    await stopped(session);
  },

  'pause, and run on': async (session) => {
    await session.begin(session.backend.launch({ mode: 'spin' }), () => breakAt(session, { mark: 'spin' }));
    const stop = await stoppedAt(session, 'spin', 'breakpoint');
    await breakAt(session);
    await resume(session, stop);
    await session.ask('pause', { threadId: stop.threadId });
    const paused = await stopped(session);
    await resume(session, paused);
    await session.quiet('stopped', 300);
  },

  'threads are listed': async (session) => {
    const stop = await runTo(session, 'after-loop');
    const { threads } = await session.ask('threads');
    assert.ok(threads.some(({ id }) => id === stop.threadId));
    assert.ok(threads.every(({ name }) => typeof name === 'string'));
  },

  'several threads': async (session) => {
    await session.begin(session.backend.launch({ mode: 'threads' }), () => breakAt(session, 'spin'));
    if (session.backend.name === 'js-debug') {
      await session.printed('total 10');
      const until = Date.now() + 15_000;
      let threads = [];
      while (threads.length < 3 && Date.now() < until) {
        ({ threads } = await session.ask('threads'));
        if (session.side === 'bare') threads = session.children.slice(0, 3);
        await sleep(200);
      }
      assert.ok(threads.length >= 3, `${threads.length} threads`);
      return;
    }
    const stop = await stopped(session, 'breakpoint');
    const { threads } = await session.ask('threads');
    assert.ok(threads.length >= 2, `${threads.length} threads`);
    for (const { id } of threads.slice(0, 3)) {
      await session.ask('stackTrace', { threadId: id, startFrame: 0, levels: 5 }).catch(() => {});
    }
    await session.ask('next', { threadId: stop.threadId });
    await stopped(session);
  },

  'the stack names functions and lines': async (session) => {
    const stop = await runTo(session, 'add');
    const names = stop.stackFrames.slice(0, 3).map(({ name }) => name);
    assert.match(names[0], /add/);
    assert.match(names[1], /loop/);
    assert.match(names[2], /main/);
    assert.equal(stop.stackFrames[1].line, here(session, 'loop'));
    assert.equal(stop.stackFrames[2].line, here(session, 'call'));
  },

  'the stack in pages': async (session) => {
    const stop = await runTo(session, 'deepest', { mode: 'deep' });
    const page = async (startFrame, levels) =>
      (await session.ask('stackTrace', { threadId: stop.threadId, startFrame, levels })).stackFrames;
    const [first, second] = [await page(0, 10), await page(10, 10)];
    assert.equal(first.length, 10);
    assert.equal(second.length, 10);
    const ids = new Set([...first, ...second].map(({ id }) => id));
    assert.equal(ids.size, 20, 'no frame is in two pages');
  },

  'how many frames there are': async (session) => {
    session.needs('supportsDelayedStackTraceLoading');
    const stop = await runTo(session, 'deepest', { mode: 'deep' });
    const { totalFrames, stackFrames } = await session.ask('stackTrace', { threadId: stop.threadId, startFrame: 0, levels: 5 });
    assert.equal(stackFrames.length, 5);
    assert.ok(totalFrames === undefined || totalFrames > 5, `${totalFrames}`);
  },

  'a deep stack has its end': async (session) => {
    const stop = await runTo(session, 'deepest', { mode: 'deep' });
    const { stackFrames } = await session.ask('stackTrace', { threadId: stop.threadId, startFrame: 0, levels: 200 });
    const deep = stackFrames.filter(({ name }) => /deep/.test(name));
    assert.equal(deep.length, 41);
  },
};
