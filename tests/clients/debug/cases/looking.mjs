// Values, and what else can be looked at while a program is stopped.

import assert from 'node:assert/strict';
import { evaluate, locals, runTo, valueOf } from './steps.mjs';

/** Cases that change nothing: they are run one after the other in a session that is stopped at `total`. */
export const looking = {
  'scopes of a frame': async (session, stop) => {
    const { scopes } = await session.ask('scopes', { frameId: stop.frame.id });
    assert.ok(scopes.length >= 1);
    assert.ok(scopes.every(({ name, variablesReference }) => name.length > 0 && variablesReference > 0));
  },

  'local variables': async (session, stop) => {
    const all = await locals(session, stop.frame);
    assert.equal(all.total.value, '10');
    assert.equal(all.counter.value, '2');
    assert.match(all.greeting.value, /hello/);
  },

  'a value with fields': async (session, stop) => {
    const { point } = await locals(session, stop.frame);
    const { variables } = await session.ask('variables', { variablesReference: point.variablesReference });
    const field = (name) => variables.find((one) => one.name === name)?.value;
    assert.equal(field('x'), '3');
    assert.equal(field('y'), '4');
  },

  'a page of a long list': async (session, stop) => {
    const { numbers } = await locals(session, stop.frame);
    const { variables } = await session.ask('variables', {
      variablesReference: numbers.variablesReference, filter: 'indexed', start: 100, count: 5,
    });
    assert.deepEqual(variables.map(({ value }) => value), ['200', '202', '204', '206', '208']);
  },

  'a long list says how long it is': async (session, stop) => {
    const { numbers } = await locals(session, stop.frame);
    assert.equal(numbers.indexedVariables, 300);
  },

  'a variable is not changed to nonsense': async (session, stop) => {
    session.needs('supportsSetVariable');
    const { counter } = await locals(session, stop.frame);
    const wrong = { variablesReference: counter.scope, name: 'counter', value: 'no such value (' };
    await assert.rejects(session.ask('setVariable', wrong));
    assert.equal(await valueOf(session, stop.frame, 'counter'), '2');
  },

  'an expression that is watched': async (session, stop) => {
    assert.match((await evaluate(session, stop.frame, session.backend.expressions.sum)).result, /42/);
  },

  'an expression under the mouse': async (session, stop) => {
    session.needs('supportsEvaluateForHovers');
    assert.match((await evaluate(session, stop.frame, 'counter', 'hover')).result, /2/);
  },

  'an expression that is typed': async (session, stop) => {
    const { name } = session.backend;
    // LLDB's and GDB's consoles take commands.
    const text = name === 'lldb-dap' ? 'p counter + 40' : name === 'gdb' ? 'print counter + 40' : session.backend.expressions.sum;
    assert.match((await evaluate(session, stop.frame, text, 'repl')).result, /42/);
  },

  'an expression that is wrong is an error': async (session, stop) => {
    const { wrong } = session.backend.expressions;
    await assert.rejects(evaluate(session, stop.frame, wrong), (error) => error.message.length > 0);
    assert.match((await evaluate(session, stop.frame, 'counter')).result, /2/, 'and the session goes on');
  },

  'a value that was evaluated has fields': async (session, stop) => {
    const { variablesReference } = await evaluate(session, stop.frame, 'point');
    const { variables } = await session.ask('variables', { variablesReference });
    assert.ok(variables.some(({ name, value }) => name === 'x' && value === '3'));
  },

  'completions of what is typed': async (session, stop) => {
    session.needs('supportsCompletionsRequest');
    // GDB's console takes commands.
    const text = session.backend.name === 'gdb' ? 'print count' : 'count';
    const { targets } = await session.ask('completions', { frameId: stop.frame.id, text, column: text.length + 1 });
    assert.ok(targets.some(({ label, text }) => /counter/.test(text ?? label)), JSON.stringify(targets.slice(0, 5)));
  },

  'numbers in hexadecimal': async (session, stop) => {
    session.needs('supportsValueFormattingOptions');
    const { total } = await locals(session, stop.frame);
    const { variables } = await session.ask('variables', { variablesReference: total.scope, format: { hex: true } });
    assert.match(variables.find(({ name }) => name === 'total').value, /^(0x)?0*a$/i);
  },

  'instructions': async (session, stop) => {
    session.needs('supportsDisassembleRequest');
    const memoryReference = stop.frame.instructionPointerReference;
    const { instructions } = await session.ask('disassemble', { memoryReference, instructionCount: 10 });
    assert.equal(instructions.length, 10);
    assert.ok(instructions.every(({ address }) => /^0x/.test(address)));
  },

  'memory': async (session, stop) => {
    session.needs('supportsReadMemoryRequest');
    const memoryReference = stop.frame.instructionPointerReference;
    if (!memoryReference) return 'not there';
    const { data } = await session.ask('readMemory', { memoryReference, count: 16 });
    assert.equal(Buffer.from(data, 'base64').length, 16);
  },

  'modules': async (session) => {
    session.needs('supportsModulesRequest');
    const { modules } = await session.ask('modules', { startModule: 0, moduleCount: 0 });
    assert.ok(modules.length >= 1);
  },

  'sources that are loaded': async (session) => {
    session.needs('supportsLoadedSourcesRequest');
    const { sources } = await session.ask('loadedSources', {});
    assert.ok(sources.some(({ path }) => path === session.backend.source));
  },

  'a request that nobody knows is an error, and no end': async (session, stop) => {
    await assert.rejects(session.ask('noSuchRequest', {}));
    assert.equal(await valueOf(session, stop.frame, 'total'), '10');
  },

  'a request with wrong numbers is no end': async (session, stop) => {
    await session.ask('variables', { variablesReference: 987654 }).catch(() => {});
    await session.ask('scopes', { frameId: 987654 }).catch(() => {});
    assert.equal(await valueOf(session, stop.frame, 'total'), '10');
  },

  'a request is cancelled': async (session, stop) => {
    session.needs('supportsCancelRequest');
    await session.ask('cancel', { requestId: 987654 });
    assert.equal(await valueOf(session, stop.frame, 'total'), '10');
  },

  'many requests at once are all answered': async (session, stop) => {
    const all = Array.from({ length: 40 }, () => session.ask('threads'));
    assert.equal((await Promise.all(all)).length, 40);
    assert.equal(await valueOf(session, stop.frame, 'total'), '10');
  },
};

/** Cases with a session of their own. */
export default {
  'arguments of a function': async (session) => {
    const stop = await runTo(session, 'add-return');
    assert.equal(await valueOf(session, stop.frame, 'left'), '0');
    assert.equal(await valueOf(session, stop.frame, 'sum'), '0');
  },

  'variables of an outer frame': async (session) => {
    const stop = await runTo(session, 'add');
    assert.equal(await valueOf(session, stop.stackFrames[1], 'count'), '5');
  },

  'a variable is changed': async (session) => {
    session.needs('supportsSetVariable');
    const stop = await runTo(session, 'total');
    const { counter } = await locals(session, stop.frame);
    const body = await session.ask('setVariable', { variablesReference: counter.scope, name: 'counter', value: '7' });
    assert.equal(body.value, '7');
    assert.equal(await valueOf(session, stop.frame, 'counter'), '7');
  },

  'an expression is changed': async (session) => {
    session.needs('supportsSetExpression');
    const stop = await runTo(session, 'total');
    await session.ask('setExpression', { expression: 'counter', value: '9', frameId: stop.frame.id });
    assert.equal(await valueOf(session, stop.frame, 'counter'), '9');
  },

  'an expression in an outer frame': async (session) => {
    const stop = await runTo(session, 'add');
    assert.match((await evaluate(session, stop.stackFrames[1], 'count')).result, /5/);
  },
};
