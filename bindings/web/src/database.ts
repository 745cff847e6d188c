// Database: an open database of a module.
import type { ActionCall, SelectorCall } from "./definitions.js";
import { Engine } from "./engine.js";
import type { ModuleSource } from "./engine.js";
import { callAll, HyperDBError } from "./errors.js";
import { LiveResult } from "./live.js";
import type { LiveState } from "./live.js";
import type { Rows } from "./rows.js";
import { runPromise } from "./run_promise.js";

export interface OpenOptions {
  /** The module: its URL, a Response, its bytes, or compiled. */
  readonly module: ModuleSource;
  /** Where the rows are: in the page's memory. */
  readonly driver?: "memory";
  /** The name in reports and traces. */
  readonly name?: string;
  /** Checks rows by the whole validators of their tables on each write. */
  readonly runtimeRowsValidation?: boolean;
  /** How long a live result lives after its last subscriber has left. */
  readonly gcTimeMs?: number;
}

/** A live result: what React's useSyncExternalStore, Vue, Svelte and Solid subscribe to. */
export interface LiveSelector<T> {
  /** Calls `listener` after each change; returns the function that ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Returns the result: the same object while it has not changed. Throws what the selector throws. */
  readonly getSnapshot: () => T;
  /** The first result. */
  readonly promise: Promise<T>;
}

/** Work since the database was opened: compare two copies to learn what an operation cost. */
export interface Counters {
  readonly commits: number;
  readonly scans: number;
  readonly rowsExamined: number;
  readonly rowsWritten: number;
  readonly selectorsRun: number;
  readonly selectorsRerun: number;
  readonly selectorsLeftAlone: number;
  readonly rangesCompared: number;
  readonly notifications: number;
}
/** What is alive: all but `revision` are zero when everything was released. */
export interface Stats {
  readonly revision: number;
  readonly entries: number;
  readonly subscriptions: number;
  readonly ranges: number;
  readonly operationsRunning: number;
  readonly coroutineFrames: number;
  readonly rows: number;
  readonly treeNodes: number;
  readonly slots: number;
  readonly lives: number;
  readonly counters: Counters;
}
/** What one commit re-ran, and why. */
export interface CommitReport {
  readonly revision: number;
  readonly woken: readonly {
    readonly selector: string;
    readonly call: string;
    readonly reason: string;
    readonly isRerun: boolean;
  }[];
  readonly leftAloneCount: number;
  readonly rangesCompared: number;
}

const defaultGcTimeMs = 30_000;
const enginesBySource = new WeakMap<WebAssembly.Module, Promise<Engine>>();

/**
 * Opens a database. Each call makes a new one; those of one compiled module share its instance.
 * Throws HyperDBError(wrong_module) for what is no module of this package's version.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const driver = options.driver ?? "memory";
  if (driver !== "memory") {
    throw new HyperDBError("invalid_argument", `there is no driver "${String(driver)}" (there is: "memory")`);
  }
  let engine: Promise<Engine>;
  if (options.module instanceof WebAssembly.Module) {
    const { module } = options;
    engine = enginesBySource.get(module) ?? Engine.load(module);
    enginesBySource.set(module, engine);
    engine.catch(() => enginesBySource.delete(module)); // the next call tries again
  } else {
    engine = Engine.load(options.module);
  }
  return new Database(await engine, options);
}

/**
 * An open database. Every call throws HyperDBError: `closed` after `close`, `invalid_argument` for what can't be
 * passed, `crashed` when the module has ended.
 */
export class Database {
  readonly #engine: Engine;
  readonly #handle: number;
  readonly #gcTimeMs: number;
  readonly #lives = new Map<string, { live: LiveResult<unknown>; call: SelectorCall<unknown, unknown> }>();
  readonly #commitListeners = new Set<() => void>();
  #revision = 0;
  #isClosed = false;

  constructor(engine: Engine, options: Omit<OpenOptions, "module">) {
    this.#engine = engine;
    this.#gcTimeMs = options.gcTimeMs ?? defaultGcTimeMs;
    const { name, runtimeRowsValidation, gcTimeMs } = options;
    this.#handle = engine.callWith("hdb_open", { name, runtimeRowsValidation, gcTimeMs }, [], (out) =>
      out.varint(),
    );
    engine.setOnCommit(this.#handle, (revision) => {
      this.#revision = revision;
      callAll(this.#commitListeners);
    });
  }

  /** The number of committed actions. */
  revision(): number {
    return this.#revision;
  }
  /** Calls `listener` after commits, when all live results are up to date. Returns the function that ends it. */
  readonly onCommit = (listener: () => void): (() => void) => {
    const own = () => listener(); // one listener may be added twice
    this.#commitListeners.add(own);
    return () => this.#commitListeners.delete(own);
  };

  get isClosed(): boolean {
    return this.#isClosed;
  }
  /** The names of the module's tables. */
  get tables(): readonly string[] {
    return this.#engine.tables;
  }

  /** Runs a selector now, uncached, and returns its result. */
  select<Args, Result>(call: SelectorCall<Args, Result>): Result {
    return this.#engine.callWith(
      "hdb_select",
      call.args,
      [this.#handle, this.#selectorOf(call)],
      (out) => out.value() as Result,
    );
  }
  /** The same over a storage that answers later: a promise, which is rejected with what the selector throws. */
  selectAsync<Args, Result>(call: SelectorCall<Args, Result>): Promise<Result> {
    return this.#start(() =>
      this.#engine.start("hdb_select_async", call.args, [this.#handle, this.#selectorOf(call)]),
    );
  }
  /** Runs an action in one transaction and returns its result. What it throws has written nothing. */
  dispatch<Args, Result>(call: ActionCall<Args, Result>): Result {
    return this.#engine.callWith(
      "hdb_dispatch",
      call.args,
      [this.#handle, this.#actionOf(call)],
      (out) => out.value() as Result,
    );
  }
  /** The same over a storage that answers later: a promise, which is rejected with what the action throws. */
  dispatchAsync<Args, Result>(call: ActionCall<Args, Result>): Promise<Result> {
    return this.#start(() =>
      this.#engine.start("hdb_dispatch_async", call.args, [this.#handle, this.#actionOf(call)]),
    );
  }

  /**
   * Returns the live result of a call; equal calls share one. Runs nothing yet: arguments that the selector refuses are
   * the error of its first state. Throws for arguments that can't be passed at all. `isLazy`: its rows are read when
   * they are looked at.
   */
  live<Args, Row>(call: SelectorCall<Args, readonly Row[]>, isLazy: true): LiveResult<Rows<Row>>;
  live<Args, Result>(call: SelectorCall<Args, Result>, isLazy?: false): LiveResult<Result>;
  live(call: SelectorCall<unknown, unknown>, isLazy = false): LiveResult<never> {
    if (this.#isClosed) throw new HyperDBError("closed", "the database is closed");
    const selector = this.#selectorOf(call);
    const key = `${selector}${isLazy ? "l" : "w"}${this.#engine.keyOf(call.args)}`;
    const found = this.#lives.get(key);
    if (found) return found.live as LiveResult<never>;
    const live = new LiveResult<unknown>(this.#engine, {
      open: () =>
        this.#engine.callWith("hdb_live", call.args, [this.#handle, selector, isLazy ? 1 : 0], (out) =>
          out.varint(),
        ),
      isLazy,
      gcTimeMs: this.#gcTimeMs,
      onUsed: () => {
        if (!this.#lives.has(key)) this.#lives.set(key, { live, call });
      },
      onUnused: () => {
        if (this.#lives.get(key)?.live === live) this.#lives.delete(key);
      },
    });
    this.#lives.set(key, { live, call });
    return live as LiveResult<never>;
  }
  /** Returns the results that were looked at and are still kept, with their calls. */
  results(): readonly {
    readonly call: SelectorCall<unknown, unknown>;
    readonly state: LiveState<unknown>;
  }[] {
    return [...this.#lives.values()]
      .filter(({ live }) => live.wasRead && !live.isLazy)
      .map(({ live, call }) => ({ call, state: live.peek() }));
  }
  /** Returns a text for the call that is equal for equal calls, in every database of the module. */
  keyOf<Args, Result>(call: SelectorCall<Args, Result>): string {
    return `${call.selector.definitionName}:${this.#engine.keyOf(call.args)}`;
  }

  /** Returns what is alive, and how much work was done, after releasing what is unused. O(rows that the page has). */
  stats(): Stats {
    return this.#engine.call("hdb_stats", [this.#handle, 1], (out) => out.value() as Stats);
  }
  /** Switches reports of commits on or off. */
  setCommitReports(enabled: boolean): void {
    this.#engine.call("hdb_reports", [this.#handle, enabled ? 1 : 0], () => undefined);
  }
  /** Returns what the last commit re-ran, and why; empty while reports are off. */
  lastCommitReport(): CommitReport {
    return this.#engine.call("hdb_report", [this.#handle], (out) => out.value() as CommitReport);
  }

  /** Closes the database: every later call throws HyperDBError(closed). Closing twice is not an error. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { live } of this.#lives.values()) live.close();
    this.#lives.clear();
    this.#engine.setOnCommit(this.#handle, undefined);
    this.#engine.call("hdb_close", [this.#handle], () => undefined);
  }

  #start(start: () => Promise<unknown>): Promise<never> {
    try {
      return start() as Promise<never>;
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }
  #selectorOf(call: { readonly selector: { readonly definitionName: string } }): number {
    const number = this.#engine.selectors.get(call?.selector?.definitionName);
    if (number !== undefined) return number;
    throw new HyperDBError(
      "invalid_argument",
      `the module has no selector "${call?.selector?.definitionName}"`,
    );
  }
  #actionOf(call: { readonly action: { readonly definitionName: string } }): number {
    const number = this.#engine.actions.get(call?.action?.definitionName);
    if (number !== undefined) return number;
    throw new HyperDBError("invalid_argument", `the module has no action "${call?.action?.definitionName}"`);
  }
}

/** Returns a live result for any framework: `subscribe`, `getSnapshot`, `promise`. */
export function liveSelector<Args, Result>(
  db: Database,
  call: SelectorCall<Args, Result>,
): LiveSelector<Result> {
  return {
    subscribe: (listener) => db.live(call).subscribe(listener),
    getSnapshot: () => db.live(call).snapshot(),
    get promise() {
      return runPromise(db.live(call));
    },
  };
}

/** Runs the selector into the cache: a component that mounts within gcTimeMs has its result at once. */
export async function preloadSelector<Args, Result>(
  db: Database,
  call: SelectorCall<Args, Result>,
): Promise<void> {
  await runPromise(db.live(call));
}
