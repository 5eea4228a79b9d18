// What the cases debug; a line that a case speaks of is marked. The same stands here in every language.
'use strict';

class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
}

function add(left, right) {
  const sum = left + right; // mark: add
  return sum; // mark: add-return
}

function loop(count) {
  let total = 0;
  for (let index = 0; index < count; index++) {
    total = add(total, index); // mark: loop
  }
  return total; // mark: after-loop
}

function deep(level) {
  if (level === 0) {
    return 1; // mark: deepest
  }
  return deep(level - 1) + 1;
}

function fail() {
  throw new Error('out of beans'); // mark: fail
}

function spin(mode) {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  for (let turn = 0; turn < 600; turn++) {
    Atomics.wait(flag, 0, 0, 50); // mark: spin
  }
}

function flood() {
  for (let line = 0; line < 20000; line++) {
    process.stdout.write(`line ${line} of very many that nobody will ever want to read\n`);
  }
}

function main() {
  const mode = process.argv[2] ?? 'plain'; // mark: begin
  console.log('begin', mode);
  const numbers = Array.from({ length: 300 }, (_, index) => index * 2);
  const point = new Point(3, 4);
  const greeting = 'hello';
  let counter = 0;
  counter = 1; // mark: watch
  counter = 2; // mark: watched
  const total = loop(5); // mark: call
  let nested = add(add(counter, point.x), numbers[2]); // mark: nested
  console.log('total', total); // mark: total
  if (mode === 'deep') {
    nested += deep(40);
  } else if (mode === 'fail') {
    fail();
  } else if (mode === 'catch') {
    try {
      fail();
    } catch (error) {
      console.log('caught', error.message);
    }
  } else if (mode === 'spin') {
    spin(mode);
  } else if (mode === 'threads') {
    const { Worker } = require('node:worker_threads');
    const text = 'const flag = new Int32Array(new SharedArrayBuffer(4)); Atomics.wait(flag, 0, 0, 20000);';
    const workers = [new Worker(text, { eval: true }), new Worker(text, { eval: true })];
    setTimeout(() => workers.forEach((worker) => worker.terminate()), 15000);
    return;
  } else if (mode === 'echo') {
    console.log('argument', process.argv[3] ?? 'none');
    console.log('variable', process.env.GREETING ?? 'none');
    console.log('folder', process.cwd());
  } else if (mode === 'complain') {
    console.error('a complaint');
  } else if (mode === 'flood') {
    flood();
  } else if (mode === 'code') {
    process.exitCode = 3;
    return;
  }
  process.exitCode = greeting && nested && counter ? 0 : 1; // mark: end
}

main();
