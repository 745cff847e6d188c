// LiveResult: the result of one selector call, kept up to date; one for all users of equal calls.
import { applyChanges } from "./bytes.js";
import type { ByteReader, ListChanges } from "./bytes.js";
import { toError } from "./engine.js";
import type { Changeable, Engine } from "./engine.js";
import { reportError } from "./errors.js";
import type { HyperDBError } from "./errors.js";

const enum DataKind { none, same, value, changes }

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
  /** How the list of rows became this one; null for other results, and for a first one. */
  readonly changes: ListChanges | null;
}

const statuses: readonly LiveStatus[] = ["pending", "success", "error"];

/** The part that lists of rows read in part and whole results share. */
export class LiveResult<T> implements Changeable {
  readonly #engine: Engine;
  readonly #handle: number;
  readonly #listeners = new Set<() => void>();
  readonly #onUnused: () => void;
  readonly #gcTimeMs: number;
  readonly isLazy: boolean;
  #state: LiveState<T> | undefined;
  #isChanged = true;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, handle: number, isLazy: boolean, gcTimeMs: number, onUnused: () => void) {
    this.#engine = engine;
    this.#handle = handle;
    this.isLazy = isLazy;
    this.#gcTimeMs = gcTimeMs;
    this.#onUnused = onUnused;
    engine.addLive(handle, this);
    this.#expireLater();
  }

  /** The number of listeners. */
  get listenersCount(): number { return this.#listeners.size; }

  /** Returns the state; runs the selector first if it has to. O(1) while nothing has changed. */
  state(): LiveState<T> {
    const isCurrent = this.#state !== undefined && !this.#isChanged && this.#listeners.size > 0;
    return isCurrent ? (this.#state as LiveState<T>) : this.#read(true);
  }
  /** Returns the state without a run. */
  peek(): LiveState<T> {
    return this.#state !== undefined && !this.#isChanged ? this.#state : this.#read(false);
  }

  /** Calls `listener` after each change of the result or of its state. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    const own = () => listener();  // one listener may subscribe twice
    this.#listeners.add(own);
    if (this.#listeners.size === 1) {
      clearTimeout(this.#timer);
      this.#engine.call("hdb_live_subscribe", [this.#handle, 1], () => undefined);
      this.#isChanged = true;  // a commit may have come before the subscription
    }
    return () => {
      if (!this.#listeners.delete(own) || this.#listeners.size > 0 || this.#isClosed) return;
      this.#engine.call("hdb_live_subscribe", [this.#handle, 0], () => undefined);
      this.#expireLater();
    };
  }

  /** Runs the selector again. */
  refetch(): void {
    this.#engine.call("hdb_live_refetch", [this.#handle], () => undefined);
    this.#isChanged = true;
  }
  /** Reads rows of a lazy result. */
  rows(first: number, count: number): object[] {
    return this.#engine.call("hdb_live_rows", [this.#handle, first, count], (reader) => reader.rows(count));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#engine.removeLive(this.#handle);
    this.#engine.call("hdb_live_close", [this.#handle], () => undefined);
  }

  markChanged(): void { this.#isChanged = true; }
  notify(): void {
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.has(listener)) continue;
      try {
        listener();
      } catch (error) {
        reportError(error);
      }
    }
  }

  #expireLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#onUnused();
      this.close();
    }, this.#gcTimeMs);
    (this.#timer as { unref?: () => void }).unref?.();  // Node ends although it waits
  }
  #read(runsNow: boolean): LiveState<T> {
    const args = [this.#handle, runsNow ? 1 : 0, this.#state === undefined ? 1 : 0];
    this.#isChanged = false;
    const read = this.#engine.call("hdb_live_read", args, (reader) => this.#readState(reader));
    return (this.#state = read);
  }
  #readState(reader: ByteReader): LiveState<T> {
    const before = this.#state;
    const status = statuses[reader.byte()];
    const isFetching = reader.byte() === 1;
    const revision = reader.varint() - 1;
    const runsCount = reader.varint();
    const error = status === "error" ? toError(reader.value()) : null;
    const kind = reader.byte() as DataKind;
    let data = before?.data;
    let changes: ListChanges | null = null;
    if (kind === DataKind.value) data = reader.value() as T;
    if (kind === DataKind.none) data = undefined;
    if (kind === DataKind.changes) {
      changes = reader.changes(!this.isLazy);
      const list = (before?.data ?? []) as readonly unknown[];
      data = (this.isLazy ? changes.size : applyChanges(list, changes)) as T;
    }
    const isSame = before !== undefined && kind === DataKind.same && before.status === status &&
      before.isFetching === isFetching && before.runsCount === runsCount && before.error === error;
    if (isSame) return before;
    return { status, isFetching, data, error, revision, runsCount, changes };
  }
}
