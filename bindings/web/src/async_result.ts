// AsyncResult: everything that a component may want to know of an asynchronous selector.
import type { AsyncSnapshot, RefetchOptions } from "./async_store.js";
import type { HyperDBError } from "./errors.js";

export type AsyncSelectorStatus = "pending" | "error" | "success";
/** "paused" is reserved: no run is ever paused. */
export type AsyncSelectorFetchStatus = "fetching" | "paused" | "idle";

/** Data that stands in for a result. */
export type StandIn<T> = { readonly value: T | undefined } | undefined;

interface ResultFields<Result, E> {
  readonly fetchStatus: AsyncSelectorFetchStatus;
  /** When the last run succeeded, in milliseconds since 1970; 0 before. */
  readonly dataUpdatedAt: number;
  readonly errorUpdatedAt: number;
  /** The number of errors; a success does not reset it. */
  readonly errorUpdateCount: number;
  /** The number of errors since the last success. Nothing is retried. */
  readonly failureCount: number;
  readonly failureReason: E | null;
  readonly isFetching: boolean;
  readonly isPaused: boolean;
  /** Fetching, and there is no result yet. */
  readonly isLoading: boolean;
  readonly isInitialLoading: boolean;
  /** Fetching, and there is a result. */
  readonly isRefetching: boolean;
  readonly isLoadingError: boolean;
  readonly isRefetchError: boolean;
  /** A run has ended, or there was initial data. */
  readonly isFetched: boolean;
  readonly isFetchedAfterMount: boolean;
  /** `data` is the placeholder or the default. */
  readonly isPlaceholderData: boolean;
  readonly isStale: boolean;
  readonly isEnabled: boolean;
  readonly refetch: (options?: RefetchOptions) => Promise<Result>;
}

interface Pending {
  readonly status: "pending";
  readonly isPending: true;
  readonly isSuccess: false;
  readonly isError: false;
}
interface Succeeded {
  readonly status: "success";
  readonly isPending: false;
  readonly isSuccess: true;
  readonly isError: false;
  readonly error: null;
}
interface Failed<E> {
  readonly status: "error";
  readonly isPending: false;
  readonly isSuccess: false;
  readonly isError: true;
  readonly error: E;
}
interface WithData<Data, T> {
  readonly data: Data;
  /** The promise of the run in progress, or of the last one. Rejections that no caller handles are not reported. */
  readonly promise: Promise<T>;
}

/** The result of useAsyncSelector; `status` or the `is...` fields tell which fields have what. */
export type AsyncResult<T, E = HyperDBError> = ResultFields<AsyncResult<T, E>, E> &
  (
    | (Pending & WithData<T | undefined, T> & { readonly error: E | null })
    | (Succeeded & WithData<T, T>)
    | (Failed<E> & WithData<T | undefined, T>)
  );

/** The same with data at all times: a default, a placeholder or initial data was given. */
export type DefinedAsyncResult<T, E = HyperDBError> = ResultFields<DefinedAsyncResult<T, E>, E> &
  WithData<T, T> &
  ((Pending & { readonly error: E | null }) | Succeeded | Failed<E>);

export function makeResult<T>(
  store: {
    readonly promise: Promise<T>;
    readonly refetch: (options?: RefetchOptions) => Promise<AsyncResult<T>>;
  },
  snapshot: AsyncSnapshot<T>,
  standIn: StandIn<T>,
  isEnabled: boolean,
): AsyncResult<T> {
  const { status, isFetching, hasData, dataUpdatedAt, error, isFetchedAfterMount } = snapshot;
  const isPending = status === "pending";
  const isError = status === "error";
  const isPlaceholder = !hasData && standIn !== undefined;
  return {
    status,
    fetchStatus: isFetching ? "fetching" : "idle",
    data: isPlaceholder ? standIn.value : snapshot.data,
    dataUpdatedAt,
    error,
    errorUpdatedAt: snapshot.errorUpdatedAt,
    errorUpdateCount: snapshot.errorUpdateCount,
    failureCount: snapshot.failureCount,
    failureReason: error,
    isPending,
    isSuccess: status === "success",
    isError,
    isFetching,
    isPaused: false,
    isLoading: isFetching && isPending,
    isInitialLoading: isFetching && isPending,
    isRefetching: isFetching && !isPending,
    isLoadingError: isError && dataUpdatedAt === 0,
    isRefetchError: isError && dataUpdatedAt > 0,
    isFetched: isFetchedAfterMount || hasData,
    isFetchedAfterMount,
    isPlaceholderData: isPlaceholder && !isError,
    isStale: snapshot.isStale,
    isEnabled,
    get promise() {
      return store.promise;
    },
    refetch: store.refetch,
  } as AsyncResult<T>;
}
