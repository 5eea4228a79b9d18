// The debuggers: how each is started alone, and how it is given the program of the cases.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { commands, environment, here, python, work } from './setting.mjs';

const programs = path.join(here, 'programs');
const built = path.join(work, 'built');

/** The line of a file that carries a mark. */
export function lineOf(file, mark) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.trimEnd().endsWith(`mark: ${mark}`));
  if (at < 0) throw new Error(`${file} has no mark ${mark}`);
  return at + 1;
}

function build(program, args, output, source) {
  if (fs.existsSync(output) && fs.statSync(output).mtimeMs > fs.statSync(source).mtimeMs) return;
  fs.mkdirSync(built, { recursive: true });
  execFileSync(program, args, { cwd: programs, env: environment, stdio: 'inherit' });
}

const native = (name) => ({
  name,
  adapter: name,
  source: path.join(programs, 'program.cpp'),
  program: path.join(built, 'program-cpp'),
  prepare() {
    build('g++', ['-g', '-O0', '-pthread', '-o', this.program, this.source], this.program, this.source);
  },
});

/** What is the same about every way to give a program to a debugger. */
const ALL = [
  {
    ...native('lldb-dap'),
    launch({ mode = 'plain', args = [], env, cwd, ...rest }) {
      const variables = env && Object.entries(env).map(([name, value]) => `${name}=${value}`);
      return { program: this.program, args: [mode, ...args], ...(variables && { env: variables }), ...(cwd && { cwd }), ...rest };
    },
    terminal: { runInTerminal: true },
    exceptions: { raised: 'cpp_throw' },
    functionName: 'add',
    expressions: { sum: 'counter + 40', wrong: 'no_such_name', assign: ['counter', '7'] },
  },
  {
    ...native('gdb'),
    launch({ mode = 'plain', args = [], env, cwd, stopOnEntry, ...rest }) {
      return {
        program: this.program,
        args: [mode, ...args],
        ...(env && { env }),
        ...(cwd && { cwd }),
        ...(stopOnEntry && { stopAtBeginningOfMainSubprogram: true }),
        ...rest,
      };
    },
    exceptions: { raised: 'throw' },
    functionName: 'add',
    expressions: { sum: 'counter + 40', wrong: 'no_such_name', assign: ['counter', '7'] },
  },
  {
    name: 'debugpy',
    adapter: 'debugpy',
    source: path.join(programs, 'program.py'),
    prepare() {},
    launch({ mode = 'plain', args = [], ...rest }) {
      return {
        type: 'debugpy',
        program: this.source,
        args: [mode, ...args],
        python: [python],
        console: 'internalConsole',
        justMyCode: true,
        ...rest,
      };
    },
    terminal: { console: 'integratedTerminal' },
    exceptions: { raised: 'raised', uncaught: 'uncaught' },
    functionName: 'add',
    expressions: { sum: 'counter + 40', wrong: 'no_such_name', assign: ['counter', '7'] },
  },
  {
    name: 'delve',
    adapter: 'go',
    source: path.join(programs, 'program.go'),
    program: path.join(built, 'program-go'),
    listens: true,
    listenArguments: ['--listen=127.0.0.1:0'],
    prepare() {
      build('go', ['build', '-gcflags=all=-N -l', '-o', this.program, this.source], this.program, this.source);
    },
    launch({ mode = 'plain', args = [], ...rest }) {
      return { mode: 'exec', program: this.program, args: [mode, ...args], outputMode: 'remote', ...rest };
    },
    exceptions: { uncaught: 'unrecovered-panic' },
    functionName: 'main.add',
    expressions: { sum: 'counter + 40', wrong: 'noSuchName', assign: ['counter', '7'] },
  },
  {
    name: 'js-debug',
    adapter: 'pwa-node',
    source: path.join(programs, 'program.cjs'),
    listens: true,
    listenArguments: ['0', '127.0.0.1'],
    prepare() {},
    launch({ mode = 'plain', args = [], ...rest }) {
      return {
        type: 'pwa-node',
        program: this.source,
        args: [mode, ...args],
        cwd: programs,
        console: 'internalConsole',
        outputCapture: 'std',
        ...rest,
      };
    },
    terminal: { console: 'integratedTerminal' },
    exceptions: { raised: 'all', uncaught: 'uncaught' },
    expressions: { sum: 'counter + 40', wrong: 'noSuchName', assign: ['counter', '7'] },
  },
];

/** The debuggers that are there, ready to be used. */
export const backends = ALL.filter(({ name }) => commands[name]).map((backend) => {
  backend.command = commands[backend.name];
  backend.folder = programs;
  backend.line = (mark) => lineOf(backend.source, mark);
  return backend;
});

/** Those that are not there. */
export const missing = ALL.map(({ name }) => name).filter((name) => !commands[name]);
