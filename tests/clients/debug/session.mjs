// A session with a debug adapter, by VS Code's client library: `montuno dap`, or a debugger alone.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { createRequire } from 'node:module';
import { leftovers, MARK } from './processes.mjs';
import { Schema } from './schema.mjs';
import { environment, montuno, schemaFile } from './setting.mjs';

const { DebugClient } = createRequire(import.meta.url)('@vscode/debugadapter-testsupport');

/** How long anything may take before it counts as failed, in milliseconds. */
const PATIENCE = Number(process.env.MONTUNO_DEBUG_PATIENCE ?? 15) * 1000;

const schema = new Schema(schemaFile);
let count = 0;

/** Thrown by a case for something that the debugger does not claim to have. */
export class NotThere extends Error {}

/** The client library, with everything that is said written down and checked. */
class Client extends DebugClient {
  constructor(session) {
    super('', '', 'montuno');
    this.session = session;
  }

  connect(readable, writable) {
    super.connect(readable, { write: (text) => writable.write(text) });
    writable.on('error', () => {});
  }

  doSend(command, args, done) {
    this.session.check('to', { seq: 1, type: 'request', command, ...(args ? { arguments: args } : {}) });
    super.doSend(command, args, done);
  }

  dispatch(text) {
    const message = JSON.parse(text);
    this.session.check('from', message);
    if (message.type === 'request') {
      this.session.asked(this, message);
    } else if (message.type === 'event') {
      this.session.happened(this, message);
    }
    if (message.type !== 'request') super.dispatch(text);
  }

  answer(request, body, success = true) {
    const { seq, command } = request;
    const answer = { seq: this.sequence++, type: 'response', request_seq: seq, success, command, body };
    this.session.check('to', answer);
    const text = JSON.stringify(answer);
    this.outputStream.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  /** A request; the answer's body, or an error with the reason that a user would see. */
  async ask(command, args) {
    return await within(command, new Promise((resolve, reject) => {
      this.doSend(command, args, (answer) => {
        if (answer.success) return resolve(answer.body ?? {});
        const error = new Error(answer.message ?? 'it failed and does not say why');
        error.answer = answer;
        reject(error);
      });
    }));
  }
}

export async function within(what, promise, patience = PATIENCE) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${patience} ms: ${what}`)), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class Session {
  /**
   * @param {object} backend a row of `backends.mjs`
   * @param {'bare' | 'ours'} side the debugger alone, or Montuno before it
   */
  constructor(backend, side) {
    Object.assign(this, { backend, side, mark: `${process.pid}-${count++}` });
    /** What the adapter said it can do. */
    this.capabilities = {};
    /** Events that nobody has waited for yet. */
    this.events = [];
    this.waiting = [];
    /** What was wrong with a message of the adapter, or of this client. */
    this.violations = [];
    this.output = '';
    this.terminals = [];
    this.children = [];
    this.log = [];
    /** Resolves when the program has ended. */
    this.over = new Promise((resolve) => (this.isOver = resolve));
  }

  /** Starts an adapter and introduces the client. */
  static async open(backend, side, capabilities = {}) {
    const session = new Session(backend, side);
    await session.spawn();
    await session.initialize(capabilities);
    return session;
  }

  async spawn(command = this.side === 'ours' ? [montuno, 'dap'] : this.backend.command) {
    const isServer = this.side === 'bare' && this.backend.listens;
    const [program, ...args] = command;
    this.adapter = spawn(program, [...args, ...(isServer ? this.backend.listenArguments : [])], {
      env: { ...environment, [MARK]: this.mark },
      cwd: this.backend.folder,
    });
    this.complaints = '';
    this.adapter.on('error', (error) => (this.complaints += error.message));
    this.adapter.stderr.on('data', (data) => (this.complaints = (this.complaints + data).slice(-4000)));
    if (isServer) {
      this.port = await within('the port', new Promise((resolve, reject) => {
        let text = '';
        this.adapter.stdout.on('data', (data) => {
          text += data;
          const port = /listening at:? .*:(\d+)/.exec(text)?.[1];
          if (port) resolve(Number(port));
        });
        this.adapter.once('exit', () => reject(new Error(`the adapter does not start: ${this.complaints}`)));
      }));
      this.root = await this.connect();
    } else {
      this.root = new Client(this);
      this.root.connect(this.adapter.stdout, this.adapter.stdin);
    }
    this.client = this.root;
  }

  async connect() {
    const socket = net.createConnection(this.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    socket.on('error', () => {});
    const client = new Client(this);
    client.socket = socket;
    client.connect(socket, socket);
    return client;
  }

  async initialize(capabilities) {
    this.introduction = {
      adapterID: this.backend.adapter,
      clientID: 'montuno-tests',
      linesStartAt1: true,
      columnsStartAt1: true,
      pathFormat: 'path',
      locale: 'en',
      supportsVariableType: true,
      supportsVariablePaging: true,
      supportsMemoryReferences: true,
      supportsProgressReporting: true,
      supportsInvalidatedEvent: true,
      // js-debug alone starts nothing for a client without child sessions; Montuno has to.
      ...(this.side === 'bare' && this.backend.name === 'js-debug' ? { supportsStartDebuggingRequest: true } : {}),
      ...capabilities,
    };
    Object.assign(this.capabilities, await this.root.ask('initialize', this.introduction));
  }

  /** Checks a message by the schema. */
  check(direction, message) {
    this.log.push(`${direction} ${JSON.stringify(message).slice(0, 600)}`);
    if (this.log.length > 400) this.log.shift();
    for (const violation of schema.check(message)) this.violations.push(`${direction} the adapter: ${violation}`);
  }

  happened(client, event) {
    const { event: name, body = {} } = event;
    if (name === 'capabilities') Object.assign(this.capabilities, body.capabilities);
    if (name === 'output' && ['stdout', 'stderr', 'console', undefined].includes(body.category)) this.output += body.output;
    // A child session ends before its parent does.
    if (client !== this.root && name === 'terminated') return;
    if (client === this.root && this.client !== this.root && name === 'initialized') return;
    if (name === 'terminated') this.isOver();
    const at = this.waiting.findIndex((one) => one.fits(name, body));
    if (at >= 0) this.waiting.splice(at, 1)[0].resolve(body);
    else this.events.push([name, body]);
  }

  /** What the adapter asks of the client. */
  asked(client, request) {
    if (request.command === 'runInTerminal') {
      const { args, cwd, env } = request.arguments;
      const [program, ...rest] = args;
      const child = spawn(program, rest, { cwd: cwd || undefined, env: { ...environment, ...env, [MARK]: this.mark } });
      child.stdout.on('data', (data) => (this.output += data));
      child.on('error', () => {});
      this.terminals.push(child);
      client.answer(request, { processId: child.pid });
    } else if (request.command === 'startDebugging' && this.side === 'bare') {
      client.answer(request, {});
      this.startChild(request.arguments).catch((error) => this.events.push(['childFailed', { error }]));
    } else {
      client.answer(request, undefined, false);
    }
  }

  /** A child session of js-debug, as VS Code has them. */
  async startChild({ request, configuration }) {
    const child = await this.connect();
    const isFirst = this.children.length === 0;
    this.children.push(child);
    if (isFirst) this.client = child;
    Object.assign(this.capabilities, await child.ask('initialize', this.introduction));
    const launched = child.ask(request, configuration);
    if (isFirst) {
      this.launched = launched;
    } else {
      await within('initialized', this.event('initialized'));
      await child.ask('configurationDone', {});
    }
    await launched;
  }

  /** The next event of a name that fits; what came before it and nobody waited for counts. */
  async event(name, fits = () => true, patience = PATIENCE) {
    const isIt = (other, body) => other === name && fits(body);
    const at = this.events.findIndex(([other, body]) => isIt(other, body));
    if (at >= 0) return this.events.splice(at, 1)[0][1];
    const waiter = { fits: isIt };
    const came = new Promise((resolve) => (waiter.resolve = resolve));
    this.waiting.push(waiter);
    try {
      return await within(`the event ${name}`, came, patience);
    } finally {
      this.waiting = this.waiting.filter((other) => other !== waiter);
    }
  }

  /** Whether no event of a name comes for a while. */
  async quiet(name, patience = 700) {
    try {
      const body = await this.event(name, () => true, patience);
      assert.fail(`${name} came: ${JSON.stringify(body)}`);
    } catch (error) {
      if (!/nothing came within/.test(error.message)) throw error;
    }
  }

  async printed(text) {
    const until = Date.now() + PATIENCE;
    while (!this.output.includes(text)) {
      if (Date.now() > until) assert.fail(`\`${text}\` was not printed, but: ${this.output.slice(-2000)}`);
      await this.event('output', () => true, Math.max(until - Date.now(), 1)).catch(() => {});
    }
  }

  ask(command, args) {
    return this.client.ask(command, args);
  }

  /** Gives up a case if the adapter does not claim to have something. Montuno says it when the debugger has. */
  needs(...capabilities) {
    this.needed = capabilities;
    if (this.side === 'bare' || this.begun) this.checkNeeds();
  }

  checkNeeds() {
    for (const name of this.needed ?? []) {
      if (!this.capabilities[name]) throw new NotThere(name);
    }
  }

  /**
   * Launches or attaches, and configures as editors do.
   * @param {object} args the arguments of the launch
   * @param {(session: Session) => Promise<void>} configure sets breakpoints
   */
  async begin(args, configure = async () => {}, command = 'launch') {
    const given = this.side === 'ours' && !('file' in args) ? { backend: this.backend.name, ...args } : args;
    const launch = this.root.ask(command, given);
    launch.catch(() => {});
    const isFamily = this.side === 'bare' && this.backend.name === 'js-debug';
    const failed = launch.then(() => new Promise(() => {}));
    const ready = async () => {
      await this.event('initialized');
      if (isFamily) {
        await this.root.ask('configurationDone', {});
        // The child's own, once it is there.
        await this.event('initialized');
      }
    };
    if (args.noDebug) {
      // There is nothing to set, and some go to the end at once.
      const begun = ready();
      begun.catch(() => {});
      if (await Promise.race([begun.then(() => false), this.over.then(() => true)])) return;
    } else {
      await Promise.race([ready(), failed]);
    }
    this.begun = true;
    this.checkNeeds();
    await configure(this);
    if (this.capabilities.supportsConfigurationDoneRequest) await this.ask('configurationDone', {});
    await within('the answer to launch', launch);
    if (this.launched) await within('the answer to launch', this.launched);
  }

  /** Ends the session however it is, and says what is wrong with it afterwards: processes that are left. */
  async close() {
    if (this.side === 'bare') {
      // How a debugger alone can be left is a case's business; here it only has to be gone.
      for (const client of [this.root, ...this.children]) client?.socket?.destroy();
      await leftovers(this.mark, 0);
      return [];
    }
    const isOver = this.adapter.exitCode !== null || this.adapter.signalCode !== null;
    if (!isOver) {
      await within('disconnect', this.root.ask('disconnect', { terminateDebuggee: true }), 6000).catch(() => {});
      this.adapter.stdin.end();
      await within('the end of montuno', once(this.adapter, 'exit'), 6000).catch(() => {});
    }
    return await leftovers(this.mark);
  }
}
