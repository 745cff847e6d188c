// AsyncStore: what one user of a live result knows of it: its state, counters and times, and refetching.
import { makeResult } from "./async_result.js";
import type { AsyncResult, StandIn } from "./async_result.js";
import { HyperDBError } from "./errors.js";
import { failed } from "./live.js";
import type { LiveSource, LiveState, LiveStatus } from "./live.js";
import { handled, runPromise } from "./run_promise.js";

/** The part of a result that changes with the runs. Immutable. */
export interface AsyncSnapshot<T> {
  readonly status: LiveStatus;
  readonly isFetching: boolean;
  /** The last result or the initial data; `hasData` tells whether there is one. */
  readonly data: T | undefined;
  readonly hasData: boolean;
  readonly dataUpdatedAt: number;
  readonly error: HyperDBError | null;
  readonly errorUpdatedAt: number;
  readonly errorUpdateCount: number;
  readonly failureCount: number;
  /** A run has ended. */
  readonly isFetchedAfterMount: boolean;
  readonly isStale: boolean;
}

export interface AsyncStoreOptions<T> {
  /** Returns the live result: the same one while that of equal calls is the same. May throw. */
  readonly open: () => LiveSource<T>;
  /** Whether the store starts runs by itself and reacts to commits. */
  readonly follows: boolean;
  readonly isEnabled: boolean;
  readonly initialData?: TimedData<T>;
  /** The result of a server. */
  readonly dehydrated?: TimedData<T>;
  /** Returns what stands in for data while there is none. Called once at most. */
  readonly standIn?: () => StandIn<T>;
  /** After so many milliseconds a result is reported as stale. */
  readonly staleTimeMs?: number;
}

export interface TimedData<T> {
  readonly value: T;
  readonly updatedAt: number;
}

export interface RefetchOptions {
  /** Rejects with the selector's error instead of resolving with a result that has it. */
  readonly throwOnError?: boolean;
  /** Without effect: a run in progress is never cancelled, and is followed by one more. */
  readonly cancelRefetch?: boolean;
}

interface Refetching<T> {
  readonly ended: Promise<void>;
  /** The promise of a result's users. */
  readonly promise: Promise<T>;
  end(cancellation?: HyperDBError): void;
}

export class AsyncStore<T> {
  readonly #options: AsyncStoreOptions<T>;
  readonly #listeners = new Set<() => void>();
  #open: () => LiveSource<T>;
  #last: LiveState<T> | undefined;
  #snapshot: AsyncSnapshot<T>;
  readonly #serverSnapshot: AsyncSnapshot<T>;
  #standIn: { readonly is: StandIn<T> } | undefined;
  #refetching: Refetching<T> | undefined;
  #lastPromise: Promise<T> | undefined;
  #unsubscribe: (() => void) | undefined;
  #isDestroyed = false;

  constructor(options: AsyncStoreOptions<T>) {
    this.#options = options;
    this.#open = options.open;
    this.#snapshot = this.#firstSnapshot(options.initialData, false);
    const dehydrated = options.dehydrated ?? options.initialData;
    this.#serverSnapshot = this.#firstSnapshot(dehydrated, options.follows && !options.dehydrated);
    if (options.initialData) this.#lastPromise = Promise.resolve(options.initialData.value);
  }

  /** Returns the snapshot: the same object until something has changed. The first look starts a run if it must. */
  readonly getSnapshot = (): AsyncSnapshot<T> => {
    if (this.#options.follows && !this.#isDestroyed) this.#take(this.#peek());
    return this.#snapshot;
  };
  /** Returns the snapshot without a look. */
  get current(): AsyncSnapshot<T> {
    return this.#snapshot;
  }
  /** The snapshot of a server, and of a page that takes over from it. Starts nothing. */
  readonly getServerSnapshot = (): AsyncSnapshot<T> => this.#serverSnapshot;

  /** Calls `listener` after each change of the snapshot. Returns the function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const own = () => listener();
    if (this.#isDestroyed) return () => {};
    this.#listeners.add(own);
    if (this.#listeners.size === 1 && this.#options.follows) this.#follow();
    return () => {
      if (!this.#listeners.delete(own) || this.#listeners.size > 0) return;
      this.#leave();
    };
  };

  /** Uses another call for the next refetch: of a store that follows nothing. */
  setOpen(open: () => LiveSource<T>): void {
    this.#open = open;
  }

  /** The promise of the run in progress, or of the last one; pending forever when none was started. */
  get promise(): Promise<T> {
    if (this.#refetching) return this.#refetching.promise;
    if (this.#options.follows && !this.#isDestroyed) {
      try {
        return runPromise(this.#open());
      } catch (error) {
        return handled(Promise.reject(error as Error));
      }
    }
    return (this.#lastPromise ??= new Promise<T>(() => {}));
  }

  /** What stands in for data while there is none. */
  get standIn(): StandIn<T> {
    return (this.#standIn ??= { is: this.#options.standIn?.() }).is;
  }

  /** Returns what a snapshot says, in all fields. */
  resultOf(snapshot: AsyncSnapshot<T>, standIn = this.standIn): AsyncResult<T> {
    return makeResult(this, snapshot, standIn, this.#options.isEnabled);
  }

  /**
   * Runs the selector, also when its result is current. Completes when no run is in progress any more; an error of the
   * selector is a result too. When the last subscriber leaves first, it completes with the result of that moment.
   */
  readonly refetch = async (options?: RefetchOptions): Promise<AsyncResult<T>> => {
    if (this.#isDestroyed) return this.resultOf(this.#snapshot);
    try {
      this.#open().refetch();
    } catch {
      // The look below has the error.
    }
    // Behind the call: a subscription starts a run of an outdated result, and the call would ask for one more.
    const refetching = (this.#refetching ??= this.#startRefetching());
    this.#look();
    await refetching.ended;
    const result = this.resultOf(this.#snapshot);
    if (options?.throwOnError && result.isError) throw result.error;
    return result;
  };

  /** Ends the store: nothing changes it any more. Safe to call twice. */
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#leave();
    this.#isDestroyed = true;
    this.#listeners.clear();
  }

  #firstSnapshot(data: TimedData<T> | undefined, isFetching: boolean): AsyncSnapshot<T> {
    const first: AsyncSnapshot<T> = {
      status: data ? "success" : "pending",
      isFetching,
      data: data?.value,
      hasData: data !== undefined,
      dataUpdatedAt: data?.updatedAt ?? 0,
      error: null,
      errorUpdatedAt: 0,
      errorUpdateCount: 0,
      failureCount: 0,
      isFetchedAfterMount: false,
      isStale: true,
    };
    return { ...first, isStale: this.#isStale(first) };
  }
  #peek(): LiveState<T> {
    try {
      return this.#open().peek();
    } catch (thrown) {
      // a call that can't be made: a result like any other
      return failed(thrown as HyperDBError, this.#last);
    }
  }
  #follow(): void {
    try {
      this.#unsubscribe = this.#open().subscribe(() => this.#look());
    } catch {
      return; // the next look has the error
    }
    this.#look();
  }
  #leave(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    if (!this.#refetching) return;
    this.#snapshot = { ...this.#snapshot, isFetching: false };
    this.#refetching.end(new HyperDBError("cancelled", "Async selector run was cancelled"));
  }
  /** Looks at the live result, and tells the listeners what has changed. */
  #look(): void {
    if (this.#isDestroyed) return;
    const before = this.#snapshot;
    const state = this.#peek();
    this.#take(state);
    if (!state.isFetching) this.#refetching?.end();
    if (this.#snapshot !== before) for (const listener of [...this.#listeners]) listener();
  }

  #startRefetching(): Refetching<T> {
    let unsubscribe = () => {};
    let resolve!: () => void;
    let settle!: { resolve(value: T): void; reject(error: unknown): void };
    const ended = new Promise<void>((done) => {
      resolve = done;
    });
    const promise = handled(
      new Promise<T>((done, reject) => {
        settle = { resolve: done, reject };
      }),
    );
    try {
      unsubscribe = this.#open().subscribe(() => this.#look());
    } catch {
      // The look that follows has the error.
    }
    const end = (cancellation?: HyperDBError) => {
      unsubscribe();
      this.#refetching = undefined;
      this.#lastPromise = promise;
      const error = cancellation ?? (this.#snapshot.status === "error" ? this.#snapshot.error : undefined);
      if (error) settle.reject(error);
      else settle.resolve(this.#snapshot.data as T);
      resolve();
    };
    return { ended, promise, end };
  }

  /** Makes the snapshot of a state of the live result. Without effect for the state that was taken last. */
  #take(state: LiveState<T>): void {
    const last = this.#last;
    if (state === last) return;
    this.#last = state;
    const hasRun = !state.isFetching && state.runsCount !== last?.runsCount;
    let next: AsyncSnapshot<T> = { ...this.#snapshot, isFetching: state.isFetching };
    if (state.status === "success" && (hasRun || last?.status !== "success" || state.data !== last.data)) {
      next = {
        ...next,
        status: "success",
        data: state.data,
        hasData: true,
        dataUpdatedAt: Date.now(),
        error: null,
        failureCount: 0,
        isFetchedAfterMount: true,
      };
    } else if (state.status === "error" && (hasRun || state.error !== last?.error)) {
      next = {
        ...next,
        status: "error",
        error: state.error,
        errorUpdatedAt: Date.now(),
        errorUpdateCount: next.errorUpdateCount + 1,
        failureCount: next.failureCount + 1,
        isFetchedAfterMount: true,
      };
    }
    if (state.isFetching && !next.hasData) next = { ...next, status: "pending" };
    this.#snapshot = { ...next, isStale: this.#isStale(next) };
  }
  #isStale({ status, dataUpdatedAt }: AsyncSnapshot<T>): boolean {
    return status !== "success" || Date.now() > dataUpdatedAt + (this.#options.staleTimeMs ?? 0);
  }
}
