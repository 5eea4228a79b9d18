// What many cases do.

import assert from 'node:assert/strict';

/** Sets breakpoints at marked lines; what is given beside a mark goes with it. */
export async function breakAt(session, ...breakpoints) {
  const { backend } = session;
  const all = breakpoints.map((one) => (typeof one === 'string' ? { mark: one } : one));
  const body = await session.ask('setBreakpoints', {
    source: { path: backend.source },
    breakpoints: all.map(({ mark, ...rest }) => ({ line: backend.line(mark), ...rest })),
    lines: all.map(({ mark }) => backend.line(mark)),
  });
  assert.equal(body.breakpoints.length, all.length, 'there is an answer for each breakpoint');
  return body.breakpoints;
}

/** The next stop: its thread, and where it is. */
export async function stopped(session, ...reasons) {
  const stop = await session.event('stopped');
  if (reasons.length > 0) {
    assert.ok(reasons.includes(stop.reason), `stopped for ${stop.reason} (${stop.description}), not ${reasons.join(' or ')}`);
  }
  const threadId = stop.threadId ?? (await session.ask('threads')).threads[0].id;
  const { stackFrames } = await session.ask('stackTrace', { threadId, startFrame: 0, levels: 20 });
  return { ...stop, threadId, frame: stackFrames[0], stackFrames };
}

/** The next stop, which has to be at a marked line of the program. */
export async function stoppedAt(session, mark, ...reasons) {
  const stop = await stopped(session, ...reasons);
  assert.equal(stop.frame.line, session.backend.line(mark), `stopped at ${mark}`);
  assert.equal(stop.frame.source.path, session.backend.source);
  return stop;
}

/** Launches, and runs to a marked line. */
export async function runTo(session, mark, args = {}) {
  await session.begin(session.backend.launch(args), (session) => breakAt(session, mark));
  return await stoppedAt(session, mark, 'breakpoint');
}

export async function resume(session, { threadId }) {
  return await session.ask('continue', { threadId });
}

/** Lets the program run to its end. */
export async function finish(session, stop) {
  await session.ask('setBreakpoints', { source: { path: session.backend.source }, breakpoints: [], lines: [] });
  await resume(session, stop);
  await session.event('terminated');
}

/** The variables of a frame by name, of every scope that costs nothing. */
export async function locals(session, frame) {
  const { scopes } = await session.ask('scopes', { frameId: frame.id });
  const found = {};
  for (const scope of scopes.filter((scope) => !scope.expensive)) {
    const { variables } = await session.ask('variables', { variablesReference: scope.variablesReference });
    for (const variable of variables) found[variable.name] ??= { ...variable, scope: scope.variablesReference };
  }
  return found;
}

/** The value of a local variable as text. */
export async function valueOf(session, frame, name) {
  const all = await locals(session, frame);
  assert.ok(name in all, `there is a variable ${name} among ${Object.keys(all).join(', ')}`);
  return all[name].value;
}

export async function evaluate(session, frame, expression, context = 'watch') {
  const args = { expression, context, ...(frame && { frameId: frame.id }) };
  return await session.ask('evaluate', args);
}
