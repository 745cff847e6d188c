// The promise of a live result: one for each result, shared by all of its users.
import type { LiveSource, LiveState } from "./live.js";

interface Run {
  readonly promise: Promise<unknown>;
  /** The state that settled the promise; undefined while it is pending. */
  settledBy: LiveState<unknown> | undefined;
}

const runs = new WeakMap<LiveSource<never>, Run>();

/** Marks a promise as handled: a rejection that no caller handles is not reported. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

const isSettled = (state: LiveState<unknown>) => state.status !== "pending" && !state.isFetching;

function settled<T>(state: LiveState<T>): Promise<T> {
  return state.error ? handled(Promise.reject(state.error)) : Promise.resolve(state.data as T);
}

/** Waits for the end of the run in progress. */
function ended<T>(source: LiveSource<T>): Promise<T> {
  return handled(
    new Promise<T>((resolve) => {
      let unsubscribe: (() => void) | undefined;
      const look = () => {
        const state = source.peek();
        if (!isSettled(state)) return false;
        unsubscribe?.();
        resolve(settled(state));
        return true;
      };
      // Not now: the caller may be rendering.
      queueMicrotask(() => {
        unsubscribe = source.subscribe(look);
        look();
      });
    }),
  );
}

/**
 * Returns the promise of the run in progress, or of the last one: the same object as long as the state is, so React's
 * `use` accepts it. While the run is in progress it subscribes, so the result stays without other users.
 */
export function runPromise<T>(source: LiveSource<T>): Promise<T> {
  const state = source.peek();
  const key = isSettled(state) ? state : undefined;
  const known = runs.get(source as LiveSource<never>);
  if (known && known.settledBy === key) return known.promise as Promise<T>;
  const promise = key ? settled(state) : ended(source);
  runs.set(source as LiveSource<never>, { promise, settledBy: key });
  return promise;
}
