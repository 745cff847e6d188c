// LiveResult: the result of one selector call, kept up to date; one for all users of equal calls.
import { applyChanges } from "./bytes.js";
import type { ByteReader, ListChanges } from "./bytes.js";
import { toError } from "./engine.js";
import type { Changeable, Engine } from "./engine.js";
import { callAll, HyperDBError } from "./errors.js";
import { RowPages } from "./rows.js";
import type { Rows } from "./rows.js";

const enum DataKind {
  none,
  same,
  value,
  changes,
}

export type LiveStatus = "pending" | "success" | "error";

/** Everything that is known of a live result at one moment. Immutable. */
export interface LiveState<T> {
  readonly status: LiveStatus;
  readonly isFetching: boolean;
  /** The last result, also after an error. */
  readonly data: T | undefined;
  readonly error: HyperDBError | null;
  /** The commit at which the result was current; -1: there is none yet. */
  readonly revision: number;
  /** How often the selector has run. */
  readonly runsCount: number;
  /** How often `data` has changed. */
  readonly dataVersion: number;
  /** How the list of rows of the data version before became this one; null for other results, and for a first one. */
  readonly changes: ListChanges | null;
}

/** What stores and hooks need of a live result. */
export interface LiveSource<T> {
  /** Returns the state; starts a run when the result is outdated, and does not wait for it. */
  peek(): LiveState<T>;
  /** Calls `listener` after each change of the state; returns the function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Runs the selector again; during a run, once more after it. */
  refetch(): void;
}

/** Where a live result comes from, and how long it stays. */
export interface LiveOrigin {
  /** Opens it in the module and returns its handle. */
  readonly open: () => number;
  readonly isLazy: boolean;
  readonly gcTimeMs: number;
  /** Called when the result is in use again after `onUnused`. */
  readonly onUsed: () => void;
  /** Called when nothing has used the result for `gcTimeMs`. */
  readonly onUnused: () => void;
}

const statuses: readonly LiveStatus[] = ["pending", "success", "error"];

const nothingYet = { data: undefined, revision: -1, runsCount: 0, dataVersion: 0 };

/** Returns the state after a look that has failed: the state before if it failed in the same way. */
export function failed<T>(error: HyperDBError, before: LiveState<T> | undefined): LiveState<T> {
  if (before?.error && before.error.code === error.code && before.error.message === error.message)
    return before;
  return { ...(before ?? nothingYet), status: "error", isFetching: false, error, changes: null };
}

/** What is longer makes a timer end at once. */
const timerMaxMs = 2 ** 31 - 1;

const isClosedError = () => new HyperDBError("closed", "the database is closed");

/**
 * The part that lists of rows read in part and whole results share. The module holds the result from the first look
 * until gcTimeMs after the last use, and again from the next look on.
 */
export class LiveResult<T> implements Changeable, LiveSource<T> {
  readonly isLazy: boolean;
  readonly #engine: Engine;
  readonly #origin: LiveOrigin;
  readonly #listeners = new Set<() => void>();
  #handle: number | undefined;
  #state: LiveState<T> | undefined;
  /** Of a lazy result. */
  #rows: RowPages<unknown> | undefined;
  #isChanged = true;
  #isClosed = false;
  #isUnused = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #usedAtMs = 0;

  constructor(engine: Engine, origin: LiveOrigin) {
    this.#engine = engine;
    this.#origin = origin;
    this.isLazy = origin.isLazy;
    this.#expireLater();
  }

  /** The number of listeners. */
  get listenersCount(): number {
    return this.#listeners.size;
  }
  /** Whether the result was released after gcTimeMs without a use: equal calls have, or will have, another one. */
  get isUnused(): boolean {
    return this.#isUnused;
  }
  /** Whether there was a look at it since it was opened. */
  get wasRead(): boolean {
    return this.#state !== undefined;
  }

  /** Returns the state; runs the selector first if it has to. O(1) while nothing has changed. */
  readonly state = (): LiveState<T> => this.#look(true);
  /** Returns the state; starts a run if the result is outdated, and does not wait for it. */
  readonly peek = (): LiveState<T> => this.#look(false);
  /** Returns the current result: the same object while it has not changed. Throws what the selector throws. */
  readonly snapshot = (): T => {
    const state = this.#look(true);
    if (state.error) throw state.error;
    return state.data as T;
  };

  /** Calls `listener` after each change of the result or of its state. Returns the function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const own = () => listener(); // one listener may subscribe twice
    this.#listeners.add(own);
    if (this.#listeners.size === 1) this.#startListening();
    return () => {
      if (!this.#listeners.delete(own) || this.#listeners.size > 0) return;
      this.#listen(false);
      this.#expireLater();
    };
  };

  /** Runs the selector again, also when its result is current. */
  refetch(): void {
    try {
      const handle = this.#open();
      this.#engine.call("hdb_live_refetch", [handle], () => undefined);
    } catch (error) {
      this.#state = failed(error as HyperDBError, this.#state);
    }
    this.#isChanged = true;
    this.notify();
  }
  /** Reads rows of a lazy result, as the last look found it. */
  rows(first: number, count: number): object[] {
    if (this.#handle === undefined)
      throw new HyperDBError("snapshot_lost", "the result is no longer in the module");
    return this.#engine.call("hdb_live_rows", [this.#handle, first, count], (reader) => reader.rows(count));
  }

  /** Ends it. Its last result stays readable, and listeners stay without effect. */
  close(): void {
    if (this.#isClosed) return;
    const last = this.#state;
    this.#release();
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#state = last && !last.isFetching ? last : failed(isClosedError(), last);
    if (last?.isFetching) this.notify();
  }

  markChanged(): void {
    this.#isChanged = true;
  }
  notify(): void {
    callAll(this.#listeners);
  }

  /** Returns the handle in the module; opens it first if it has to. Throws for arguments that the selector refuses. */
  #open(): number {
    if (this.#handle !== undefined) return this.#handle;
    if (this.#isClosed) throw isClosedError();
    const handle = (this.#handle = this.#origin.open());
    this.#engine.addLive(handle, this);
    this.#isUnused = false;
    this.#origin.onUsed();
    if (this.#listeners.size > 0) this.#listen(true);
    else this.#expireLater();
    return handle;
  }
  #startListening(): void {
    clearTimeout(this.#timer);
    this.#isChanged = true; // a commit may have come before the subscription
    if (this.#handle !== undefined) return this.#listen(true);
    try {
      this.#open();
    } catch {
      // The next look has the error.
    }
  }
  #release(): void {
    if (this.#handle === undefined) return;
    const handle = this.#handle;
    this.#handle = undefined;
    this.#state = undefined;
    this.#dropRows();
    this.#isChanged = true;
    this.#engine.removeLive(handle);
    this.#engine.call("hdb_live_close", [handle], () => undefined);
  }
  #listen(isOn: boolean): void {
    if (this.#handle === undefined) return; // opening it looks at the listeners
    this.#engine.call("hdb_live_subscribe", [this.#handle, isOn ? 1 : 0], () => undefined);
  }
  #expireLater(): void {
    if (this.#isClosed) return;
    const { gcTimeMs } = this.#origin;
    clearTimeout(this.#timer);
    this.#usedAtMs = performance.now();
    const expire = () => {
      const restMs = this.#usedAtMs + gcTimeMs - performance.now();
      if (restMs > 1) return wait(restMs); // a look without a subscription came in between
      this.#isUnused = true;
      this.#origin.onUnused();
      this.#release();
    };
    const wait = (ms: number) => {
      this.#timer = setTimeout(expire, Math.min(ms, timerMaxMs)); // `expire` waits for the rest
      (this.#timer as { unref?: () => void }).unref?.(); // Node ends although it waits
    };
    wait(gcTimeMs);
  }

  #look(runsNow: boolean): LiveState<T> {
    const isListening = this.#listeners.size > 0;
    const last = this.#state;
    if (last && (this.#isClosed || (isListening && !this.#isChanged && this.#handle !== undefined)))
      return last;
    if (!isListening) this.#usedAtMs = performance.now();
    try {
      const args = [this.#open(), runsNow ? 1 : 0, this.#state === undefined ? 1 : 0];
      this.#isChanged = false;
      const read = this.#engine.call("hdb_live_read", args, (reader) => this.#readState(reader));
      if (read.error?.code === "not_synchronous") {
        // of this look only: other users wait for the run
        this.#isChanged = true;
        return read;
      }
      return (this.#state = read);
    } catch (error) {
      return (this.#state = failed(error as HyperDBError, this.#state));
    }
  }
  #dropRows(): void {
    this.#rows?.close();
    this.#rows = undefined;
  }
  #nextRows(changes: ListChanges): Rows<unknown> {
    this.#rows ??= new RowPages((first, count) => this.rows(first, count));
    return this.#rows.follow(changes);
  }
  #readState(reader: ByteReader): LiveState<T> {
    const before = this.#state;
    const status = statuses[reader.byte()];
    const isFetching = reader.byte() === 1;
    const revision = reader.varint() - 1;
    const runsCount = reader.varint();
    let error = status === "error" ? toError(reader.value()) : null;
    if (error && before?.error && before.runsCount === runsCount) error = before.error;
    const kind = reader.byte() as DataKind;
    let data = before?.data;
    let changes: ListChanges | null = null;
    if (kind === DataKind.value) data = reader.value() as T;
    if (kind === DataKind.none) {
      data = undefined;
      this.#dropRows();
    }
    if (kind === DataKind.changes) {
      changes = reader.changes(!this.isLazy);
      data = (
        this.isLazy
          ? this.#nextRows(changes)
          : applyChanges((before?.data ?? []) as readonly unknown[], changes)
      ) as T;
    }
    const isSame =
      before !== undefined &&
      data === before.data &&
      changes === null &&
      before.status === status &&
      before.isFetching === isFetching &&
      before.runsCount === runsCount &&
      before.error === error;
    if (isSame) return before;
    const dataVersion = (before?.dataVersion ?? 0) + (before !== undefined && data === before.data ? 0 : 1);
    return { status, isFetching, data, error, revision, runsCount, dataVersion, changes };
  }
}
