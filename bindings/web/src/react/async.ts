// useAsyncSelector: the result of a selector over a storage that may have to be waited for.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { AsyncStore } from "../async_store.js";
import type { TimedData } from "../async_store.js";
import type { AsyncResult, DefinedAsyncResult, StandIn } from "../async_result.js";
import type { Database } from "../database.js";
import type { SelectorCall } from "../definitions.js";
import type { Dehydrated } from "../dehydrate.js";
import { HyperDBError } from "../errors.js";
import type { LiveResult, LiveSource } from "../live.js";
import { useProvided } from "./context.js";
import { useHeld } from "./held.js";
import type { SelectorOptions } from "./sync.js";

export interface AsyncSelectorOptions<Args, Result> extends SelectorOptions<Args, Result> {
  /** While it is false nothing runs; `refetch` works. Default: true. */
  readonly enabled?: boolean;
  /** While it is false nothing runs by itself and commits have no effect; `refetch` works. Default: true. */
  readonly subscribed?: boolean;
  /** Stands in for the data of a pending result; a placeholder is preferred. */
  readonly defaultValue?: NoInfer<Result> | (() => NoInfer<Result>);
  /** Counts as a result, and is replaced by the first run. */
  readonly initialData?: NoInfer<Result> | (() => NoInfer<Result> | undefined);
  /** When the initial data was current, in milliseconds since 1970. Default: now. */
  readonly initialDataUpdatedAt?: number | (() => number | undefined);
  /** Stands in for the data of a pending result. A function is given the last data, also that of other arguments. */
  readonly placeholderData?:
    | NoInfer<Result>
    | ((previousData: NoInfer<Result> | undefined, previousQuery: undefined) => NoInfer<Result> | undefined);
  /** Whether an error is thrown by the render, to the error boundary around. Default: false. */
  readonly throwOnError?: boolean | ((error: HyperDBError, result: AsyncResult<NoInfer<Result>>) => boolean);
}

/** Options with which there is data at all times. */
export type DefinedData<Result> =
  | { readonly defaultValue: Result | (() => Result) }
  | { readonly initialData: Result | (() => Result) }
  | {
      readonly placeholderData:
        Result | ((previousData: Result | undefined, previousQuery: undefined) => Result);
    };

type Options = AsyncSelectorOptions<unknown, unknown>;

interface Held {
  readonly store: AsyncStore<unknown>;
  /** The data that the component had before this store. */
  readonly previous: { readonly data: unknown };
}

const valueOf = (option: unknown): unknown =>
  typeof option === "function" ? (option as () => unknown)() : option;

function initialDataOf({ initialData, initialDataUpdatedAt }: Options): TimedData<unknown> | undefined {
  const value = valueOf(initialData);
  if (value === undefined) return undefined;
  return { value, updatedAt: (valueOf(initialDataUpdatedAt) as number | undefined) ?? Date.now() };
}

function standInOf({ placeholderData, defaultValue }: Options, previousData: unknown): StandIn<unknown> {
  const placeholder =
    typeof placeholderData === "function"
      ? (placeholderData as (data: unknown, query: undefined) => unknown)(previousData, undefined)
      : placeholderData;
  const value = placeholder === undefined ? valueOf(defaultValue) : placeholder;
  return value === undefined ? undefined : { value };
}

function makeHeld(
  options: Options,
  open: () => LiveSource<unknown>,
  last: Held | undefined,
  dehydrated: TimedData<unknown> | undefined,
): Held {
  const isEnabled = options.enabled ?? true;
  const shown = last?.store.current;
  const previous = shown?.hasData ? { data: shown.data } : (last?.previous ?? { data: undefined });
  const store = new AsyncStore<unknown>({
    open,
    isEnabled,
    follows: isEnabled && (options.subscribed ?? true),
    initialData: initialDataOf(options),
    dehydrated,
    standIn: () => standInOf(options, previous.data),
  });
  return { store, previous };
}

/** Returns a function that opens the call's live result, and again when it was released meanwhile. */
function opener(db: Database, call: SelectorCall<unknown, unknown>): () => LiveSource<unknown> {
  let live: LiveResult<unknown> | undefined;
  return () => (live && !live.isUnused ? live : (live = db.live(call)));
}

/** Returns the component's store: another one when the options ask for it. */
function useStore(options: Options, db: Database, dehydrated: Dehydrated): AsyncStore<unknown> {
  const { selector, args, enabled = true, subscribed = true } = options;
  const call = { selector, args };
  // Without `enabled` the arguments may be anything.
  const callKey = enabled ? db.keyOf(call) : selector;
  const key = [
    db,
    callKey,
    enabled,
    subscribed,
    options.defaultValue !== undefined,
    options.initialData !== undefined,
    options.initialDataUpdatedAt !== undefined,
    options.placeholderData !== undefined,
  ];
  const { store } = useHeld(key, (last: Held | undefined) =>
    makeHeld(options, opener(db, call), last, enabled ? dehydrated.get(callKey as string) : undefined),
  );
  useEffect(() => {
    if (!enabled) store.setOpen(opener(db, call)); // what is on the screen is what refetch runs
  });
  return store;
}

/** Returns the stand-in of this render: a value may change, a function is called once for each store. */
function useStandIn(
  store: AsyncStore<unknown>,
  { placeholderData, defaultValue }: Options,
): StandIn<unknown> {
  const option = placeholderData === undefined ? defaultValue : placeholderData;
  const isFunction = typeof option === "function";
  const value = isFunction ? undefined : option;
  return useMemo(() => {
    if (isFunction) return store.standIn;
    return value === undefined ? undefined : { value };
  }, [store, isFunction, value]);
}

/**
 * Returns all about the selector's result: `data`, `status`, `error`, `refetch`, and more. The first render starts
 * a run; when the storage answers at once, that render has the result. Renders again after each commit that changes the
 * result, and when a run starts or ends.
 */
export function useAsyncSelector<Args, Result>(
  options: AsyncSelectorOptions<Args, Result> & DefinedData<NoInfer<Result>>,
): DefinedAsyncResult<Result>;
export function useAsyncSelector<Args, Result>(
  options: AsyncSelectorOptions<Args, Result>,
): AsyncResult<Result>;
export function useAsyncSelector(options: AsyncSelectorOptions<any, any>): AsyncResult<any> {
  const { db, dehydrated } = useProvided();
  const store = useStore(options, db, dehydrated);
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getServerSnapshot);
  const standIn = useStandIn(store, options);
  const result = useMemo(() => store.resultOf(snapshot, standIn), [store, snapshot, standIn]);
  const { throwOnError = false } = options;
  if (result.isError) {
    const throws = typeof throwOnError === "function" ? throwOnError(result.error, result) : throwOnError;
    if (throws) throw result.error;
  }
  return result;
}
