// Engine: one instance of a module. Makes its calls, gives it what it imports, and calls back what it has announced
// when the call has returned: no code of the page ever runs inside the module.
import { ByteReader, ByteWriter } from "./bytes.js";
import type { Known } from "./bytes.js";
import { HyperDBError, reportError } from "./errors.js";
import type { ErrorPlace, HyperDBErrorCode } from "./errors.js";

/** Where a module comes from. */
export type ModuleSource =
  string | URL | Response | Promise<Response> | ArrayBuffer | Uint8Array | WebAssembly.Module;

const boundaryVersion = 1;

type Exports = {
  readonly memory: WebAssembly.Memory;
  readonly _initialize?: () => void;
} & { readonly [name: string]: (...args: number[]) => number };

interface Description {
  readonly tables: readonly { readonly name: string }[];
  readonly selectors: readonly { readonly name: string }[];
  readonly actions: readonly { readonly name: string }[];
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What a live result does when the module says that it has changed. */
export interface Changeable {
  markChanged(): void;
  notify(): void;
}

async function compile(source: unknown): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source as WebAssembly.Module;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source))
    return WebAssembly.compile(source as BufferSource);
  if (typeof source === "string" || source instanceof URL) return compile(await fetchModule(source));
  const response = (await source) as Response;
  if (typeof response?.arrayBuffer !== "function") {
    throw new HyperDBError(
      "invalid_argument",
      "`module` is a URL, a Response, bytes or a WebAssembly.Module",
    );
  }
  if (!response.ok) {
    throw new HyperDBError(
      "wrong_module",
      `the module could not be loaded: ${response.status} ${response.url}`,
    );
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

async function fetchModule(source: string | URL): Promise<ModuleSource> {
  const url = String(source);
  if (url.startsWith("file:")) {
    // Node's fetch has no files
    const fs = "node:fs/promises";
    const { readFile } = (await import(/* @vite-ignore */ fs)) as { readFile(url: URL): Promise<Uint8Array> };
    return readFile(new URL(url));
  }
  return fetch(url);
}

export class Engine {
  readonly known: Known = { shapes: [], rows: [] };
  readonly selectors = new Map<string, number>();
  readonly actions = new Map<string, number>();
  readonly tables: readonly string[];
  readonly #exports: Exports;
  #writer: ByteWriter | undefined = new ByteWriter();
  readonly #lives = new Map<number, Changeable>();
  readonly #databases = new Map<number, (revision: number) => void>();
  readonly #waiting = new Map<number, Waiting>();
  #changed = new Set<number>();
  #committed = new Map<number, number>(); // databases, and their last revisions
  #settled: number[] = [];
  #isFlushing = false;
  #lastTicket = 0;
  #crash: HyperDBError | undefined;

  private constructor(exports: Exports) {
    this.#exports = exports;
    const description = new ByteReader(this.#call("hdb_describe"), this.known).value() as Description;
    description.selectors.forEach((each, number) => this.selectors.set(each.name, number));
    description.actions.forEach((each, number) => this.actions.set(each.name, number));
    this.tables = description.tables.map((each) => each.name);
  }

  /** Throws HyperDBError(wrong_module) for what is no module of this version. */
  static async load(source: ModuleSource): Promise<Engine> {
    const module = await compile(source);
    const made: { engine?: Engine } = {}; // when the module calls, it is there
    let exports: Exports;
    const memory = () => exports.memory.buffer as ArrayBuffer;
    const engine = () => made.engine as Engine;
    const imports = {
      hyperdb: {
        wake: () => queueMicrotask(() => engine().#run()),
        changed: (live: number) => {
          engine().#changed.add(live);
        },
        committed: (database: number, revision: number) => {
          engine().#committed.set(database, revision);
        },
        settled: (ticket: number) => {
          engine().#settled.push(ticket);
        },
        freed: (slots: number, count: number) => {
          const { rows } = engine().known;
          for (const slot of new Uint32Array(memory(), slots, count)) rows[slot] = undefined;
        },
        report: (text: number, size: number) => {
          const bytes = new Uint8Array(memory(), text, size).slice();
          reportError(new HyperDBError("exception", new TextDecoder().decode(bytes)));
        },
      },
      env: {
        emscripten_notify_memory_growth: () => {},
        getentropy: (address: number, size: number) => {
          crypto.getRandomValues(new Uint8Array(memory(), address, size));
          return 0;
        },
      },
      wasi_snapshot_preview1: wasi(memory),
    };
    const needed = WebAssembly.Module.exports(module).map((each) => each.name);
    if (!needed.includes("hdb_version"))
      throw new HyperDBError("wrong_module", "this is no module of HyperDB");
    try {
      exports = (await WebAssembly.instantiate(module, imports)).exports as unknown as Exports;
    } catch (error) {
      throw new HyperDBError(
        "wrong_module",
        `the module can't be used with this package: ${String(error)}`,
        {},
        { cause: error },
      );
    }
    exports._initialize?.();
    const version = exports.hdb_version();
    if (version !== boundaryVersion) {
      throw new HyperDBError(
        "wrong_module",
        `the module has version ${version} of the boundary, this package version ${boundaryVersion}: build it again`,
      );
    }
    return (made.engine = new Engine(exports));
  }

  /** Writes the arguments and returns their bytes as a text: equal arguments give equal texts. */
  keyOf(args: unknown): string {
    return this.#write(args, (bytes) => {
      let key = "";
      for (let i = 0; i < bytes.length; i += 4096) key += String.fromCharCode(...bytes.subarray(i, i + 4096));
      return key;
    });
  }

  /** Calls a function of the module and reads what it has written. */
  call<T>(name: string, args: readonly number[], read: (reader: ByteReader) => T): T {
    try {
      return read(new ByteReader(this.#call(name, ...args), this.known));
    } finally {
      this.#flush();
    }
  }
  /** The same with a value in front. */
  callWith<T>(name: string, value: unknown, args: readonly number[], read: (reader: ByteReader) => T): T {
    this.#write(value, (bytes) => {
      const address = this.#guarded(() => this.#exports.hdb_arguments(bytes.length)) >>> 0;
      if (address === 0 && bytes.length > 0)
        throw new HyperDBError("out_of_memory", "the module has no memory left");
      new Uint8Array(this.#exports.memory.buffer, address, bytes.length).set(bytes);
    });
    return this.call(name, args, read);
  }
  /** Starts an asynchronous call; its result comes as a promise. */
  start(name: string, value: unknown, args: readonly number[]): Promise<unknown> {
    const ticket = ++this.#lastTicket;
    return new Promise((resolve, reject) => {
      this.#waiting.set(ticket, { resolve, reject });
      try {
        this.callWith(name, value, [...args, ticket], () => undefined);
      } catch (error) {
        this.#waiting.delete(ticket);
        reject(error as Error);
      }
    });
  }

  /** Calls `onCommit` with the revision after commits of the database; undefined: not any more. */
  setOnCommit(database: number, onCommit: ((revision: number) => void) | undefined): void {
    if (onCommit) this.#databases.set(database, onCommit);
    else this.#databases.delete(database);
  }
  addLive(handle: number, live: Changeable): void {
    this.#lives.set(handle, live);
  }
  removeLive(handle: number): void {
    this.#lives.delete(handle);
    this.#changed.delete(handle);
  }

  /** Writes the value and passes the bytes on. A getter in the value may come here again: it gets another writer. */
  #write<T>(value: unknown, use: (bytes: Uint8Array) => T): T {
    const writer = this.#writer ?? new ByteWriter();
    this.#writer = undefined;
    try {
      writer.reset();
      writer.value(value);
      return use(writer.written());
    } finally {
      this.#writer = writer;
    }
  }
  #guarded<T>(work: () => T): T {
    if (this.#crash) throw this.#crash;
    try {
      return work();
    } catch (error) {
      // Only traps come here: the module catches its own exceptions.
      this.#crash = new HyperDBError(
        "crashed",
        `the module has crashed: ${String(error)}`,
        {},
        { cause: error },
      );
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const each of waiting) each.reject(this.#crash);
      throw this.#crash;
    }
  }
  #call(name: string, ...args: number[]): Uint8Array {
    const failed = this.#guarded(() => this.#exports[name](...args));
    const area = this.#exports.hdb_result();
    const buffer = this.#exports.memory.buffer;
    const [address, size] = new Uint32Array(buffer, area, 2);
    const bytes = new Uint8Array(buffer, address, size);
    if (failed !== 0) throw this.#readError(bytes);
    return bytes;
  }
  #readError(bytes: Uint8Array): HyperDBError {
    return toError(new ByteReader(bytes, this.known).value());
  }

  #run(): void {
    try {
      this.#call("hdb_run");
    } catch (error) {
      reportError(error);
    }
    this.#flush();
  }
  /** Calls back what the module has announced, and what that announces. Never inside itself. */
  #flush(): void {
    if (this.#isFlushing || !this.#hasNews()) return;
    this.#isFlushing = true;
    try {
      while (this.#hasNews()) {
        this.#settle();
        const committed = this.#committed;
        this.#committed = new Map();
        const changed = [...this.#changed].map((handle) => this.#lives.get(handle));
        this.#changed = new Set();
        for (const live of changed) live?.markChanged(); // all of them are fresh before one is asked
        for (const live of changed) live?.notify();
        for (const [database, revision] of committed) this.#databases.get(database)?.(revision);
      }
    } finally {
      this.#isFlushing = false;
    }
  }
  #hasNews(): boolean {
    return this.#changed.size > 0 || this.#settled.length > 0 || this.#committed.size > 0;
  }
  #settle(): void {
    const settled = this.#settled;
    this.#settled = [];
    for (const ticket of settled) {
      const waiting = this.#waiting.get(ticket);
      this.#waiting.delete(ticket);
      try {
        const bytes = this.#call("hdb_take", ticket);
        waiting?.resolve(new ByteReader(bytes, this.known).value());
      } catch (error) {
        waiting?.reject(error);
      }
    }
  }
}

/** Makes the error that the module has written. */
export function toError(written: unknown): HyperDBError {
  const { code, message, ...place } = written as { code: HyperDBErrorCode; message: string } & ErrorPlace;
  return new HyperDBError(code, message, place);
}

/** The few functions of WASI that a module imports: a clock, and standard error for messages of last resort. */
function wasi(memory: () => ArrayBuffer): Record<string, (...args: never[]) => number> {
  const success = 0;
  const badFile = 8;
  return {
    clock_time_get: (id: number, _precision: bigint, out: number) => {
      const ms = id === 0 ? Date.now() : performance.now();
      new DataView(memory()).setBigUint64(out, BigInt(Math.round(ms * 1e6)), true);
      return success;
    },
    fd_write: (_file: number, parts: number, count: number, out: number) => {
      const view = new DataView(memory());
      let text = "";
      let size = 0;
      for (let i = 0; i < count; ++i) {
        const address = view.getUint32(parts + i * 8, true);
        const length = view.getUint32(parts + i * 8 + 4, true);
        text += new TextDecoder().decode(new Uint8Array(memory(), address, length).slice());
        size += length;
      }
      if (text.trim()) console.error(text.trimEnd());
      view.setUint32(out, size, true);
      return success;
    },
    fd_close: () => badFile,
    fd_seek: () => badFile,
    fd_read: () => badFile,
    environ_sizes_get: (count: number, size: number) => {
      const view = new DataView(memory());
      view.setUint32(count, 0, true);
      view.setUint32(size, 0, true);
      return success;
    },
    environ_get: () => success,
    proc_exit: (code: number) => {
      throw new Error(`the module has ended with ${code}`);
    },
  } as Record<string, (...args: never[]) => number>;
}
